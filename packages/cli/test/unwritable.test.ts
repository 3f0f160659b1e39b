import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';

const bin = fileURLToPath(new URL('../bin/keyturn.js', import.meta.url));
const FULL = '/dev/full';
const needsFull = existsSync(FULL) ? '' : ' (skipped: this system has no /dev/full)';
const LINE = 'keyturn: cannot write to standard output';

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a line of the shell in which `keyturn` is the built program. */
function shell(line: string, place: Place): Promise<Ended> {
  const script = `keyturn() { "${process.execPath}" "${bin}" "$@"; }\n${line}`;
  const child = spawn('sh', ['-c', script], {
    cwd: place.folder,
    env: { PATH: process.env['PATH'], HOME: place.folder, ...place.sandbox.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

async function configured(): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { grace: '0', settle: '300ms', sinks: ['github:acme/web'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

describe('standard output that cannot be written', () => {
  it
    .skipIf(needsFull !== '')
    .each([
      'status --metrics',
      'status',
      'status --json',
      'status --html -',
      'plan --json --replaces cigithub4w8d',
      'history --json',
      'doctor --json',
      'token list',
      'adapters',
      'completion bash',
      'rotate --help',
      '--help',
      '--version',
    ])(`is an error of its own, in a line: %s${needsFull}`, async (args) => {
    const place = await configured();
    const { code, stderr } = await shell(`keyturn ${args} > ${FULL}`, place);
    expect(code).toBe(3);
    expect(stderr.split(LINE)).toHaveLength(2);
    expect(stderr).not.toMatch(/\n\s+at |Error:/);
  });

  it.skipIf(needsFull !== '')(`stops no rotation${needsFull}`, async () => {
    const place = await configured();
    const old = place.token('ci-github').id;
    const { code, stderr } = await shell(`keyturn rotate --replaces ${old} > ${FULL}`, place);
    expect(code).toBe(3);
    expect(stderr).toContain(`${LINE}: the disk is full`);
    expect(place.token(old).revokedAt).not.toBeNull();
    expect((await shell('keyturn rotate', place)).code).toBe(0);
  });

  it.skipIf(needsFull !== '')(`hides no worse error${needsFull}`, async () => {
    const place = await configured();
    expect((await shell(`keyturn rotate --nonsense > ${FULL}`, place)).code).toBe(2);
    // Nothing is written there, so nothing is lost.
    expect((await shell(`keyturn status nothing > ${FULL}`, place)).stderr).not.toContain(LINE);
  });

  it.each([
    ['status --html -', 1],
    ['--help', 1],
  ])('is told where a file has room for a part: %s', async (args, blocks) => {
    const place = await configured();
    const { code, stderr } = await shell(`ulimit -f ${blocks}; keyturn ${args} > out.txt`, place);
    expect(code).toBe(3);
    expect(stderr).toContain(LINE);
    expect((await readFile(join(place.folder, 'out.txt'))).length).toBeLessThanOrEqual(1024);
  });

  it('is told where it is a file that may not be written', async () => {
    const place = await configured();
    await writeFile(join(place.folder, 'out.txt'), '');
    const { code, stderr } = await shell('keyturn adapters 1< out.txt', place);
    expect(code).toBe(3);
    expect(stderr).toContain(LINE);
  });

  it('is no error where the reader went away', async () => {
    const place = await configured();
    for (const args of ['--help', 'completion bash', 'status --html -', 'status --metrics']) {
      const line = `{ keyturn ${args}; echo "code $?" >&2; } | :`;
      expect((await shell(line, place)).stderr).toBe('code 0\n');
    }
  });

  it('is an error, and says what to do, if the secret of a new token was to be shown', async () => {
    const place = await configured();
    for (const line of [
      `{ keyturn token create --name lost; echo "code $?" >&2; } | :`,
      ...(needsFull === ''
        ? [`keyturn token create --name lost > ${FULL}; echo "code $?" >&2`]
        : []),
    ]) {
      const { stderr } = await shell(line, place);
      expect(stderr).toMatch(/, so nobody has the secret of the new token\n {2}Delete it/);
      expect(stderr).toContain('code 3');
    }
  });

  it('has all of a long result where it can be written', async () => {
    const place = await configured();
    const piped = await place.keyturn(['status', '--html', '-']);
    expect((await shell('keyturn status --html - > out.html', place)).code).toBe(0);
    const written = await readFile(join(place.folder, 'out.html'), 'utf8');
    expect(written.length).toBeGreaterThan(5000);
    expect(written.endsWith('</html>\n')).toBe(piped.stdout.endsWith('</html>\n'));
    // What was in the file before stays, where it is appended to.
    const handle = await open(join(place.folder, 'log.txt'), 'w');
    await handle.writeFile('before\n');
    await handle.close();
    await shell('keyturn --version >> log.txt', place);
    expect(await readFile(join(place.folder, 'log.txt'), 'utf8')).toMatch(/^before\n\d+\.\d+\.\d+/);
  });
});
