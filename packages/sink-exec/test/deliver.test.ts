import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { KeyturnError, type AdapterContext } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import execSink from '../src/index.ts';
import { call, contextFor, entries, makePlace, VALUE, type Place } from './place.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.close());

interface Seen {
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly version: number;
}

describe('a delivery', () => {
  it('gives the values by standard input alone', async () => {
    const sink = await place.open('?args=--project web%20--quiet');
    await sink.deliver(entries, call);
    expect(place.read('store.json')).toMatchObject({ TOKEN_ID: 'k3v9x0q2abcd', TOKEN: VALUE });
    const seen = place.read('seen.json') as Seen;
    expect(seen.version).toBe(1);
    expect(seen.argv).toEqual(['--project', 'web', '--quiet', 'deliver']);
    expect(JSON.stringify(seen)).not.toContain(VALUE);
  });

  it('gets what every program needs and what the target names, and nothing else of the environment', async () => {
    const needed = { HOME: place.folder, LANG: 'C.UTF-8', LC_ALL: 'C', TZ: 'UTC' };
    const others = { PLANETSCALE_SERVICE_TOKEN: 'a', KEYTURN_LEDGER_KEY: 'b', SLACK_URL: 'c' };
    const env = { PATH: process.env['PATH'], ...needed, ...others, VERCEL_TOKEN: 'd', STAGE: 'e' };
    const sink = await place.open('?env=VERCEL_TOKEN,STAGE', { env });
    await sink.deliver(entries, call);
    const seen = (place.read('seen.json') as Seen).env;
    expect(seen).toMatchObject({ ...needed, VERCEL_TOKEN: 'd', STAGE: 'e' });
    for (const name of Object.keys(others)) expect(Object.keys(seen)).not.toContain(name);
  });

  it.each([
    ['1', 'REMOTE_REJECTED'],
    ['69', 'NETWORK_FAILED'],
    ['75', 'REMOTE_FAILED'],
    ['77', 'PERMISSION_DENIED'],
  ])('that ends with %s is %s, and may have stored', async (mode, code) => {
    place.mode(mode);
    const error = await errorOf((await place.open()).deliver(entries, call));
    expect(error).toMatchObject({ code, effect: 'unknown' });
    expect(error.message).toContain(`exit code ${mode}`);
  });

  it('has no effect only where the program says so', async () => {
    place.mode('deny');
    expect(await errorOf((await place.open()).deliver(entries, call))).toMatchObject({
      code: 'PERMISSION_DENIED',
      effect: 'none',
      message: expect.stringContaining('77: not allowed'),
    });
  });

  it.each([
    ['it was ended by a signal', 'echo "nothing stored"; kill -9 $$'],
    ['it calls itself a success', 'echo "nothing stored"; exec 0<&-'],
  ])('may have stored, whatever the program says: %s', async (_, script) => {
    const sink = await openScript(`#!/bin/sh\n${script}\n`);
    const large = [{ name: 'TOKEN', value: 'x'.repeat(1_000_000) }];
    expect(await errorOf(sink.deliver(large, call))).toMatchObject({ effect: 'unknown' });
  });

  it('may show half of a pair while the program is at work, and so it is not called atomic', async () => {
    const sink = await openScript(
      '#!/bin/sh\ncat >/dev/null\ntouch first\nmkfifo gate\nread -r _ <gate\ntouch second\n',
    );
    const isThere = (name: string): boolean => existsSync(join(place.folder, name));
    const delivery = sink.deliver(entries, call);
    await vi.waitFor(() => expect(isThere('gate')).toBe(true), { timeout: 10_000, interval: 10 });
    expect([isThere('first'), isThere('second')]).toEqual([true, false]);
    await writeFile(join(place.folder, 'gate'), 'go\n');
    await delivery;
    expect(isThere('second')).toBe(true);
    expect(sink.supports.atomic).toBe(false);
  });

  it('tells by its receipt when, and nothing else', async () => {
    const clock = { now: () => Date.UTC(2026, 0, 2), sleep: () => new Promise<void>(() => {}) };
    const receipt = await (await place.open('', { clock })).deliver(entries, call);
    expect(receipt).toEqual({ at: '2026-01-02T00:00:00.000Z' });
  });

  it('tells what the program said, without the values', async () => {
    place.mode('leak');
    const { message } = await errorOf((await place.open()).deliver(entries, call));
    expect(message).toContain('1: stored [secret], then it broke');
  });

  it('tells what the program said, without anything that keyturn acts with', async () => {
    const secrets = {
      PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_ACTINGacting',
      GITHUB_APP_PRIVATE_KEY: 'first-line-of-it\nsecond-line-of-it',
      KEYTURN_STATE: 'postgres://keyturn:pass-of-the-store@db/ledgers',
      DEPLOYER: 'given-to-the-program',
    };
    const env = {
      PATH: process.env['PATH'],
      ...secrets,
      PLANETSCALE_SERVICE_TOKEN_ID: 'id-acting-id',
    };
    const said = [
      'pscale_tkn_ACTINGacting',
      'second-line-of-it',
      'pass-of-the-store',
      'given-to-the-program',
      Buffer.from('pscale_tkn_ACTINGacting').toString('base64'),
    ];
    const script = `#!/bin/sh\necho "id-acting-id: ${said.join(', ')} end" >&2\nexit 1\n`;
    const sink = await openScript(script, '?env=DEPLOYER', { env });
    const { message } = await errorOf(sink.deliver(entries, call));
    expect(message).toMatch(/id-acting-id: (?:\[secret\](?:[A-Za-z0-9=]{0,4})(?:, | )){5}end$/);
  });

  it('is no success where the program did not read it', async () => {
    const sink = await openScript('#!/bin/sh\nexec 0<&-\nexit 0\n');
    const large = [{ name: 'TOKEN', value: 'x'.repeat(1_000_000) }];
    expect(await errorOf(sink.deliver(large, call))).toMatchObject({ code: 'ANSWER_INVALID' });
  });

  it('that takes too long is ended', async () => {
    place.mode('stall');
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const sink = await place.open('?timeout=5s', { clock });
    expect(await errorOf(sink.deliver(entries, call))).toMatchObject({
      code: 'TIMED_OUT',
      effect: 'unknown',
      message: expect.stringContaining('5 s'),
    });
  });

  it('that is interrupted is ended with everything that it started', async () => {
    place.mode('stall');
    const controller = new AbortController();
    const sink = await place.open();
    const error = errorOf(sink.deliver(entries, { signal: controller.signal }));
    const grandchild = await vi.waitFor(
      () => {
        const pid = Number(readFileSync(join(place.folder, 'grandchild'), 'utf8'));
        expect(pid).toBeGreaterThan(0);
        return pid;
      },
      { timeout: 10_000, interval: 10 },
    );
    controller.abort();
    expect(await error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
    await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false), { interval: 10 });
  });

  it('leaves nothing running that could write later', async () => {
    const sink = await openScript('#!/bin/sh\ncat >/dev/null\nsleep 600 &\necho $! >pid\n');
    await sink.deliver(entries, call);
    const pid = Number(readFileSync(join(place.folder, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { interval: 10 });
  });
});

describe('the right to write', () => {
  const lost = new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });

  it('is asked for before the program is started', async () => {
    const sink = await place.open();
    const seen: unknown[] = [];
    const beforeWrite = async () => void seen.push(existsSync(join(place.folder, 'seen.json')));
    await sink.deliver(entries, { ...call, beforeWrite });
    expect(seen).toEqual([false]);
    expect(place.read('store.json')).toMatchObject({ TOKEN: VALUE });
  });

  it('that is lost keeps the program from being started', async () => {
    const sink = await openScript('#!/bin/sh\ntouch started\n');
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    expect(await errorOf(sink.deliver(entries, options))).toBe(lost);
    expect(existsSync(join(place.folder, 'started'))).toBe(false);
  });

  it('that comes after an interruption does so too', async () => {
    const sink = await openScript('#!/bin/sh\ntouch started\n');
    const controller = new AbortController();
    const beforeWrite = async () => controller.abort();
    expect(
      await errorOf(sink.deliver(entries, { signal: controller.signal, beforeWrite })),
    ).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(existsSync(join(place.folder, 'started'))).toBe(false);
  });

  it('is not asked for by a check, which writes nothing', async () => {
    const sink = await place.open('?check=1');
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    await expect(sink.check(['TOKEN'], options)).resolves.toEqual({ warnings: [] });
  });
});

describe('a check', () => {
  it('does not run the program unless it is told to', async () => {
    place.mode('deny');
    await expect((await place.open()).check(['TOKEN'], call)).resolves.toEqual({ warnings: [] });
    const error = await errorOf((await place.open('?check=1')).check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
  });

  it.each(['exec:./missing.sh', 'exec:no-such-command-anywhere'])(
    'tells that there is no program: %s',
    async (target) => {
      const sink = await execSink.open(target, contextFor(place.folder));
      expect(await errorOf(sink.check(['TOKEN'], call))).toMatchObject({
        code: 'TARGET_NOT_FOUND',
        effect: 'none',
      });
    },
  );

  it('tells that it is not executable, and how to make it so', async () => {
    place.write('put.sh', '#!/bin/sh\n');
    const sink = await execSink.open('exec:./put.sh', contextFor(place.folder));
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error.code).toBe('PERMISSION_DENIED');
    expect(error.hint).toContain(`chmod +x ${place.folder}/put.sh`);
  });

  it('finds a command in PATH', async () => {
    const sink = await execSink.open('exec:sh', contextFor(place.folder));
    await expect(sink.check(['TOKEN'], call)).resolves.toEqual({ warnings: [] });
  });

  it.each([
    ['node_modules/.bin', (folder: string) => `${folder}/node_modules/.bin`],
    ['the folder that it runs in', () => '.'],
    ['a relative folder', () => 'node_modules/.bin'],
    ['an empty entry', () => ''],
  ])('does not find a command in %s', async (_, entry) => {
    mkdirSync(join(place.folder, 'node_modules/.bin'), { recursive: true });
    for (const name of ['planted', 'node_modules/.bin/planted']) {
      place.write(name, '#!/bin/sh\ncat >stolen\n');
      chmodSync(join(place.folder, name), 0o755);
    }
    const env = { PATH: `${entry(place.folder)}:${process.env['PATH']}` };
    const sink = await execSink.open('exec:planted', contextFor(place.folder, { env }));
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    const named = await execSink.open('exec:./node_modules/.bin/planted', contextFor(place.folder));
    await expect(named.check(['TOKEN'], call)).resolves.toEqual({ warnings: [] });
  });

  it('tells that a script has no interpreter at its first delivery', async () => {
    const sink = await openScript('#!/no/such/interpreter\n');
    expect(await errorOf(sink.deliver(entries, call))).toMatchObject({
      code: 'REMOTE_FAILED',
      effect: 'none',
      hint: expect.stringContaining('#!/bin/sh'),
    });
  });
});

describe('where a program is', () => {
  it.each([
    ['exec:./put.sh', true],
    ['exec:../put.sh', true],
    ['exec:/usr/bin/put', false],
    ['exec:put', false],
  ])('%s starts from the folder: %s', async (target, isRelative) => {
    const sink = await execSink.open(target, contextFor(place.folder));
    expect(sink.server).toBe(isRelative ? realpathSync(place.folder) : undefined);
  });
});

async function openScript(text: string, query = '', changes: Partial<AdapterContext> = {}) {
  place.write('script.sh', text);
  chmodSync(join(place.folder, 'script.sh'), 0o755);
  return execSink.open(`exec:./script.sh${query}`, contextFor(place.folder, changes));
}

/** A process that has ended but that nobody has asked about yet does not run. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  if (existsSync('/proc/self/stat'))
    return existsSync(file) && !/\) Z /.test(readFileSync(file, 'utf8'));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
