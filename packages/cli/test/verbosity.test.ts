import { systemRandom } from '@keyturn/core';
import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { exitCodes } from '../src/exit.ts';
import type { Host, Output } from '../src/host.ts';
import { runProgram } from '../src/program/program.ts';
import { withVerbosity } from '../src/program/verbosity.ts';
import { makePlace, type Place } from './keyturn.ts';
import { leaksIn, secretsOf } from './secrets.ts';

const rotate = (place: Place, ...more: string[]): string[] => [
  'rotate',
  '--sink=github:acme/web',
  '--sink=gitlab:acme/infra',
  '--grace=0',
  `--replaces=${place.token('ci-github').id}`,
  ...more,
];
const requestsOf = ({ sandbox }: Place) => controlOf(sandbox).requests();

describe('--quiet', () => {
  it('leaves results on stdout and nothing on stderr', async () => {
    const place = await makePlace();
    const { code, stdout, stderr } = await place.keyturn(rotate(place, '--quiet'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(' rotated in ');
  });

  it('does not hide an error', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn(['token', 'show', 'nothing', '--quiet']);
    expect([code, stderr.split('\n').length]).toEqual([2, 3]);
  });

  it('asks nobody', () => {
    const asking = { ...fakeHost(() => {}), ask: async () => 'y' };
    expect(withVerbosity(asking, 'quiet').ask).toBeUndefined();
    expect(withVerbosity(asking, 'normal').ask).toBe(asking.ask);
  });

  it('wins over KEYTURN_DEBUG, and contradicts --debug', async () => {
    const place = await makePlace();
    const quiet = await place.keyturn(['token', 'list', '--quiet'], { KEYTURN_DEBUG: '1' });
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
    const both = await place.keyturn(['token', 'list', '--quiet', '--debug']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--debug')]);
  });
});

describe('--verbose', () => {
  it('tells each step with its sinks and its time', async () => {
    const place = await makePlace();
    const { stderr } = await place.keyturn(rotate(place, '--verbose'));
    // What is warned of has a form of its own.
    const lines = stderr
      .split('\n')
      .filter((line) => line !== '' && !/^(?:keyturn: | {9}\S)/.test(line));
    for (const line of lines) expect(line).toMatch(/^ +\d+\.\d{3} s {2}\S+ +\S/);
    for (const told of [
      /checking/,
      / delivering github:acme\/web, gitlab:acme\/infra$/m,
      / sending {4}\w+ to github:acme\/web$/m,
      / sending {4}\w+ to gitlab:acme\/infra$/m,
      / delivered {2}gitlab:acme\/infra$/m,
      /revoked/,
    ])
      expect(stderr).toMatch(told);
    expect(stderr).not.toContain(' request ');
  });

  it('may stand before the command as well', async () => {
    const place = await makePlace();
    const { stderr } = await place.keyturn(['--verbose', ...rotate(place)]);
    expect(stderr).toContain('delivering');
  });
});

describe('--debug', () => {
  it('tells of every request without its query, and of every event, version and time', async () => {
    const place = await makePlace();
    const { stderr } = await place.keyturn(rotate(place, '--debug'));
    const requests = await requestsOf(place);
    expect(requests.length).toBeGreaterThan(8);
    const told = stderr.split('\n').filter((line) => line.includes('  request '));
    expect(told).toHaveLength(requests.length);
    for (const { method, path, status } of requests) {
      const [bare = ''] = path.split('?');
      expect(told.some((line) => line.includes(`${bare} ${status}, `))).toBe(true);
      expect(told.some((line) => line.includes(`  ${method} 127.0.0.1:`))).toBe(true);
    }
    expect(told.join('\n')).not.toContain('?');
    for (const type of ['opened', 'started', 'issued', 'sending', 'delivered', 'revoked'])
      expect(stderr).toMatch(new RegExp(`  ledger .* ${type} \\{`));
    expect(stderr).toMatch(/ {2}adapter +sink github is @keyturn\/sink-github \d/);
    expect(stderr).toMatch(/ {2}phase .* deliver took \d+ ms/);
    expect(stderr).toMatch(/ {2}program +keyturn \d.*, Node \d/);
    expect(stderr).toMatch(/ {2}program +ended with 0 after \d+ ms/);
  });

  it.each([
    ['the flag', ['--debug'], {}],
    ['the variable', [], { KEYTURN_DEBUG: '1' }],
  ])('tells no secret, by %s, and keeps the one document apart', async (_, flags, env) => {
    const place = await makePlace();
    const { stdout, stderr } = await place.keyturn(rotate(place, '--json', ...flags), env);
    expect(JSON.parse(stdout).rotations[0].outcome).toBe('rotated');
    expect(stderr).toContain('  ledger ');
    const secrets = secretsOf(place);
    expect(secrets.length).toBeGreaterThan(6);
    expect(leaksIn(stdout + stderr, secrets)).toEqual([]);
  });

  it('shows where an unforeseen error came from, without its message', async () => {
    let written = '';
    const host = fakeHost((text) => (written += text));
    const broken = {
      ...host,
      stdout: {
        ...host.stdout,
        write: () => {
          throw new Error('canary\u001B[31m');
        },
      },
    };
    expect(await runProgram(['adapters', '--debug'], broken)).toBe(exitCodes.bug);
    expect(written).toMatch(/unexpected Error/);
    expect(written).toMatch(/^ +at /m);
    expect(written).not.toContain('canary');
  });

  it('prints a document for an unforeseen error, without its message', async () => {
    let written = '';
    const host = fakeHost(() => {});
    const broken = {
      ...host,
      stdout: {
        ...host.stdout,
        write: (text: string) => {
          if (text.includes('adapters')) throw new Error('canary');
          written += text;
        },
      },
    };
    expect(await runProgram(['adapters', '--json'], broken)).toBe(exitCodes.bug);
    expect(JSON.parse(written)).toMatchObject({ schemaVersion: 1, error: { code: null } });
    expect(written).not.toContain('canary');
  });

  it('escapes what it is given to one line', () => {
    let written = '';
    const { log } = withVerbosity(
      fakeHost((text) => (written += text)),
      'debug',
    );
    log('debug', 'topic\n', 'two\nlines \u001B[31m \u202E');
    expect(written).toBe('   0.000 s  topic\\u000a two\\u000alines \\u001b[31m \\u202e\n');
  });
});

function fakeHost(write: (text: string) => void): Host {
  const output: Output = { write, terminal: false, colour: false, columns: 80 };
  return {
    program: 'keyturn',
    env: {},
    directory: import.meta.dirname,
    programFolder: import.meta.dirname,
    stdout: output,
    stderr: output,
    warn: () => {},
    verbosity: 'normal',
    log: () => {},
    about: () => 'keyturn',
    clock: { now: () => 0, sleep: async () => {} },
    random: systemRandom,
    signal: new AbortController().signal,
    owner: 'test',
    ask: undefined,
  };
}
