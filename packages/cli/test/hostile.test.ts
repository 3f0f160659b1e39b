import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { makePlace, type Ended, type Place } from './keyturn.ts';
import { fault } from './running.ts';

/** What moves a cursor, hides text or turns it around. */
const UNSAFE = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;
const LONG = 'x'.repeat(100_000);

function expectQuiet({ stdout, stderr }: Ended): void {
  expect(UNSAFE.exec(stdout + stderr)?.[0]).toBeUndefined();
  expect(stderr.length).toBeLessThan(4000);
}

async function requestsTo(place: Place, provider: string): Promise<string[]> {
  const all = await controlOf(place.sandbox).requests();
  return all.filter((one) => one.provider === provider).map(({ path }) => path);
}

const names = [
  ['dots', '..'],
  ['encoded dots', '%2e%2e'],
  ['an encoded slash', 'a%2Fb'],
  ['a way out', '../../etc/passwd'],
  ['a line break', 'web\nGET / HTTP/1.1'],
  ['colours', '\u001B[31mweb\u001B[0m'],
  ['turned text', 'w\u202Ebew'],
  ['100 KB', LONG],
  ['a question', 'web?environment=..'],
] as const;

describe.each([
  ['github', 'github:acme/', 'GITHUB_REPOSITORY', 'acme/'],
  ['gitlab', 'gitlab:acme/', 'CI_PROJECT_PATH', 'acme/'],
])('a name in %s with', (kind, prefix, variable, owner) => {
  it.each(names)('%s is refused wherever it comes from, before a request', async (_, name) => {
    const place = await makePlace();
    const config = {
      issuer: { kind: 'planetscale', org: 'acme' },
      rotations: { ci: { sinks: [prefix + name] } },
    };
    await writeFile(join(place.folder, 'hostile.json'), JSON.stringify(config));
    const runs = [
      await place.keyturn(['plan', '--sink', prefix + name, '--org', 'acme']),
      await place.keyturn(['plan', '--config', 'hostile.json']),
      await place.keyturn(['plan', '--sink', kind, '--org', 'acme'], { [variable]: owner + name }),
    ];
    for (const ended of runs) {
      expectQuiet(ended);
      expect([ended.code, ended.stderr.slice(0, 200)]).toEqual([2, expect.any(String)]);
    }
    expect(await requestsTo(place, kind)).toEqual([]);
  });
});

describe('what a server says', () => {
  it('of its own names is not believed: only those that can be targets are asked for', async () => {
    const place = await makePlace();
    const hostile = ['..', '.', 'a/../../b', 'x\u001B[2J', 'y\nz', LONG, '__proto__', 'a%2Fb', ''];
    const repository = (name: string): object => ({ name, owner: { login: 'acme' }, topics: [] });
    const body = [...hostile, 'web'].map(repository);
    await fault(place, { path: '/orgs/acme/repos', action: { status: 200, body } });
    const ended = await place.keyturn([
      'plan',
      '--sink=github:acme/*',
      '--org=acme',
      `--replaces=${place.token('ci-github').id}`,
      '--json',
    ]);
    expectQuiet(ended);
    const { rotations } = JSON.parse(ended.stdout) as { rotations: { sinks: { id: string }[] }[] };
    expect(rotations[0]?.sinks.map(({ id }) => id)).toEqual([
      'github:acme/__proto__',
      'github:acme/web',
    ]);
    const asked = (await requestsTo(place, 'github')).filter((path) =>
      path.includes('/repos/acme'),
    );
    for (const path of asked) expect(path).toMatch(/^\/repos\/acme\/(?:web|__proto__)(?:$|[/?])/);
  });

  it.each(['{"message":%}', '%', '{"errors":[{"message":%}]}', '{"__proto__":{"message":%}}'])(
    'is shown escaped and short: %s',
    async (shape) => {
      const place = await makePlace();
      const text = `\u001B]0;owned\u0007\u001B[2J\u202E${'no '.repeat(30_000)}`;
      const body = shape.replace('%', shape === '%' ? text : JSON.stringify(text));
      await fault(place, { provider: 'github', action: { status: 403, body } });
      const args = ['plan', '--sink=github:acme/web', '--org=acme', '--debug'];
      const ended = await place.keyturn([...args, `--replaces=${place.token('ci-github').id}`]);
      expect(ended.code).toBe(4);
      expect(UNSAFE.exec(ended.stdout + ended.stderr)?.[0]).toBeUndefined();
      expect(ended.stderr.length).toBeLessThan(10_000);
    },
  );
});
