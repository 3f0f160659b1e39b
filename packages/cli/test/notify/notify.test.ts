import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chain, EMPTY, serialise } from '@keyturn/core/ledger';
import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it, vi } from 'vitest';

import { temporaryFolder } from '../../../host/test/temporary-folder.ts';
import { makePlace, type Ended, type Place } from '../keyturn.ts';
import { leaksIn, secretsOf } from '../secrets.ts';
import { startHook, type Received } from './hook.ts';

const bin = fileURLToPath(new URL('../../bin/keyturn.js', import.meta.url));
const SECRET = 'a secret for signing';

interface Told {
  readonly place: Place;
  readonly rotate: (
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Ended>;
}

/** A place with the rotation `ci`, and these channels. */
async function tell(channels: readonly object[], sinks = ['github:acme/web']): Promise<Told> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { sinks } },
    notify: { channels },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const old = place.token('ci-github').id;
  return {
    place,
    rotate: (args = [], env = {}) =>
      place.keyturn(['rotate', '--replaces', old, ...args], { HOOK_SECRET: SECRET, ...env }),
  };
}

const webhook = (url: string, more: object = {}) => ({ url, secretEnv: 'HOOK_SECRET', ...more });

/** The check that the documentation shows. */
async function documentedCheck(): Promise<
  (headers: object, body: string, secret: string, now?: number) => boolean
> {
  const page = await readFile(
    new URL('../../../../docs/notifications.md', import.meta.url),
    'utf8',
  );
  const [, code = expect.fail('no code')] = /^```js\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const folder = await temporaryFolder({ 'check.mjs': code });
  return (await import(join(folder, 'check.mjs'))).isFromKeyturn;
}

describe('a webhook', () => {
  it('is told what happened, once, signed, and without a secret', async () => {
    const hook = await startHook();
    const { place, rotate } = await tell([webhook(hook.url)]);
    expect(await rotate()).toMatchObject({ code: 0 });
    expect(hook.events()).toEqual(['rotated']);
    expect(await rotate()).toMatchObject({ code: 0 });
    expect(hook.events()).toEqual(['rotated']);
    expect(await rotate(['--grace', '0'])).toMatchObject({ code: 0 });
    expect(hook.events()).toEqual(['rotated', 'grace-over']);

    const [first = expect.fail('nothing came')] = hook.received;
    const isFromKeyturn = await documentedCheck();
    const { headers, body } = first;
    expect(isFromKeyturn(headers, body, SECRET)).toBe(true);
    expect(isFromKeyturn(headers, `${body} `, SECRET)).toBe(false);
    expect(isFromKeyturn(headers, body, 'another')).toBe(false);
    expect(isFromKeyturn(headers, body, SECRET, Date.now() + 600_000)).toBe(false);
    expect(headers['keyturn-event']).toBe('rotated');
    const old = place.token('ci-github').id;
    expect(JSON.parse(body)).toMatchObject({ rotation: 'ci', previous: old });
    expect(leaksIn(everything(hook.received), secretsOf(place))).toEqual([]);
    expect(everything(hook.received)).not.toContain(SECRET);
  });

  it('is named and not shown where requests are', async () => {
    const hook = await startHook();
    const { host, pathname } = new URL(hook.url);
    const { rotate } = await tell([{ urlEnv: 'HOOK_URL', secretEnv: 'HOOK_SECRET' }]);
    const { stderr } = await rotate(['--debug'], { HOOK_URL: hook.url });
    expect(hook.events()).toEqual(['rotated']);
    expect(stderr).toMatch(/ {2}request +POST to the address in HOOK_URL 200, \d+ ms$/m);
    for (const secret of [host, pathname, SECRET]) expect(stderr).not.toContain(secret);
  });

  it('is not told again by the run after one that was killed while it told', async () => {
    const hook = await startHook(() => {});
    const { place, rotate } = await tell([webhook(hook.url)]);
    const child = spawn(process.execPath, [bin, 'rotate', '--replaces', 'cigithub4w8d'], {
      cwd: place.folder,
      env: { PATH: process.env['PATH'], HOOK_SECRET: SECRET, ...place.sandbox.env },
      stdio: 'ignore',
    });
    await vi.waitUntil(() => hook.received.length > 0, { timeout: 20_000 });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect((await rotate()).code).toBe(0);
    expect(hook.events()).toEqual(['rotated']);
  });

  it('is told once of what stays incomplete', async () => {
    const hook = await startHook();
    const { place, rotate } = await tell([webhook(hook.url)]);
    await controlOf(place.sandbox).fault({
      provider: 'github',
      method: 'PUT',
      path: 'secrets',
      times: 1000,
      action: { status: 422, body: { message: 'no' } },
    });
    expect((await rotate()).code).toBe(3);
    expect((await rotate()).code).toBe(3);
    expect(hook.events()).toEqual(['incomplete']);
    expect(JSON.parse(hook.received[0]?.body ?? '')).toMatchObject({
      failedSinks: ['github:acme/web'],
      error: { code: 'REMOTE_REJECTED' },
    });
  });

  it('is told of nothing that only would be', async () => {
    const hook = await startHook();
    const { rotate } = await tell([webhook(hook.url)]);
    expect((await rotate(['--dry-run'])).code).toBe(0);
    expect(hook.received).toEqual([]);
  });

  it('is told of what it asked for', async () => {
    const [all, some] = [await startHook(), await startHook()];
    const { rotate } = await tell([webhook(all.url), webhook(some.url, { on: ['grace-over'] })]);
    await rotate(['--grace', '0']);
    expect([all.events(), some.events()]).toEqual([['rotated', 'grace-over'], ['grace-over']]);
  });
});

describe('an endpoint that is no good', () => {
  it.each<[string, Parameters<typeof startHook>[0], string]>([
    ['answers 500', (response) => response.writeHead(500).end(), '500'],
    [
      'redirects',
      (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/else' }).end(),
      'redirects',
    ],
    ['answers 429', (response) => response.writeHead(429).end(), 'rate limit'],
    ['breaks off', (response) => response.destroy(), 'unreachable'],
    ['hangs', () => {}, 'timed out'],
  ])(
    'that %s is asked once, and is a warning',
    async (_, answer, why) => {
      const hook = await startHook(answer);
      const { rotate } = await tell([webhook(hook.url)]);
      // Two events, and the first one's failure is enough.
      const begun = Date.now();
      const { code, stderr } = await rotate(['--grace', '0']);
      expect(Date.now() - begun).toBeLessThan(15_000);
      expect(code).toBe(0);
      expect(stderr).toContain('keyturn: ci: the notification rotated ');
      expect(stderr).toContain(why);
      expect((await rotate()).code).toBe(0);
      expect(hook.events()).toEqual(['rotated']);
    },
    40_000,
  );

  it('whose address is a secret is not named', async () => {
    const hook = await startHook((response) => response.writeHead(404).end());
    const { rotate } = await tell([{ format: 'slack', urlEnv: 'HOOK_URL' }]);
    const { code, stdout, stderr } = await rotate([], { HOOK_URL: hook.url });
    expect(code).toBe(0);
    expect(stderr).toMatch(/the address in HOOK_URL: .*404/);
    expect(stdout + stderr).not.toContain('hook-path');
    expect(stdout + stderr).not.toContain(new URL(hook.url).host);
    expect(hook.received).toHaveLength(1);
  });

  it('does not keep another one from being told', async () => {
    const [bad, good] = [await startHook((r) => r.destroy()), await startHook()];
    const { rotate } = await tell([webhook(bad.url), webhook(good.url)]);
    await rotate(['--grace', '0']);
    expect([bad.events(), good.events()]).toEqual([['rotated'], ['rotated', 'grace-over']]);
  });

  it('that is not set, not safe or not there costs a warning', async () => {
    const { rotate } = await tell([
      { format: 'slack', urlEnv: 'NOT_SET' },
      { format: 'slack', urlEnv: 'CLEAR' },
      { format: 'slack', urlEnv: 'CLOSED' },
    ]);
    const env = { CLEAR: 'http://hooks.example.com/x', CLOSED: 'http://127.0.0.1:1/x' };
    const { code, stderr } = await rotate([], env);
    expect(code).toBe(0);
    expect(stderr).toContain('NOT_SET is not set');
    expect(stderr).toContain('the address in CLEAR: its address is not https');
    expect(stderr).toContain('the address in CLOSED: it is unreachable');
    expect(stderr).not.toContain('hooks.example.com');
  });
});

describe('what is due soon', () => {
  /** A ledger whose token is of that age. */
  async function withToken(days: number, channels: readonly object[]): Promise<Told> {
    const told = await tell(channels);
    const at = new Date(Date.now() - days * 86_400_000).toISOString();
    const records = chain(
      EMPTY,
      [
        { type: 'opened', rotation: 'ci', summary: { tokens: [], sinks: [], attempts: [] } },
        {
          type: 'adopted',
          token: { id: 'cigithub4w8d', label: 'ci-github', issuedAt: at },
          sinks: ['github:acme/web'],
          permissions: [],
        },
      ],
      at,
    );
    await mkdir(join(told.place.folder, '.keyturn'));
    await writeFile(
      join(told.place.folder, '.keyturn/ci.jsonl'),
      records.map((record) => `${serialise(record)}\n`).join(''),
    );
    return told;
  }

  it('is told once, however many look at once', async () => {
    const hook = await startHook();
    const { place } = await withToken(85, [webhook(hook.url)]);
    const look = (): Promise<Ended> => place.keyturn(['status'], { HOOK_SECRET: SECRET });
    for (const { code, stderr } of await Promise.all([look(), look(), look()]))
      expect([code, stderr]).toEqual([0, '']);
    await place.keyturn(['rotate'], { HOOK_SECRET: SECRET });
    expect(hook.events()).toEqual(['due-soon']);
    expect(JSON.parse(hook.received[0]?.body ?? '').text).toMatch(/^ci is due in [45]d, at /);
  });

  it('is not told before', async () => {
    const hook = await startHook();
    const { place } = await withToken(80, [webhook(hook.url)]);
    await place.keyturn(['status'], { HOOK_SECRET: SECRET });
    expect(hook.received).toEqual([]);
  });
});

describe('the heartbeat', () => {
  /** A place whose rotation is `ci`, with a monitor. */
  async function watched(): Promise<Told['rotate']> {
    const { place, rotate } = await tell([]);
    const config = {
      issuer: { kind: 'planetscale', org: 'acme' },
      rotations: { ci: { sinks: ['github:acme/web'] } },
      notify: { heartbeat: { urlEnv: 'BEAT_URL' } },
    };
    await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
    return rotate;
  }

  it('is sent once by every run that ends with exit code 0, and says nothing', async () => {
    const hook = await startHook();
    const rotate = await watched();
    const env = { BEAT_URL: `${hook.url}?key=1` };
    const { code, stderr } = await rotate(['--debug'], env);
    expect(code).toBe(0);
    expect(hook.received).toMatchObject([{ method: 'GET', path: '/hook-path?key=1', body: '' }]);
    expect(stderr).toMatch(/ {2}request +GET to the address in BEAT_URL 200, \d+ ms$/m);
    for (const secret of ['hook-path', new URL(hook.url).host])
      expect(stderr).not.toContain(secret);
    // Nothing was due.
    expect(await rotate([], env)).toMatchObject({ code: 0 });
    expect(hook.received).toHaveLength(2);
  });

  it('is not sent by any other run', async () => {
    const hook = await startHook();
    const rotate = await watched();
    const env = { BEAT_URL: hook.url };
    expect((await rotate(['--dry-run'], env)).code).toBe(0);
    expect((await rotate([], { ...env, GITHUB_TOKEN: 'ghp_wrong' })).code).toBe(4);
    expect((await rotate(['--untrusted'], env)).code).not.toBe(1);
    expect(hook.received).toEqual([]);
  });

  it.each<[string, Parameters<typeof startHook>[0], string]>([
    ['answers 500', (response) => response.writeHead(500).end(), '500'],
    ['breaks off', (response) => response.destroy(), 'unreachable'],
    [
      'redirects',
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/else' }).end(),
      'redirects',
    ],
    ['hangs', () => {}, 'timed out'],
  ])(
    'that %s costs a warning, and nothing else',
    async (_, answer, why) => {
      const hook = await startHook(answer);
      const rotate = await watched();
      const { code, stderr } = await rotate([], { BEAT_URL: hook.url });
      expect(code).toBe(0);
      expect(stderr).toMatch(/^keyturn: notify: .*the address in BEAT_URL/m);
      expect(stderr).toContain(why);
      expect(stderr).not.toContain('hook-path');
      expect(hook.received).toHaveLength(1);
    },
    40_000,
  );

  it('without an address costs a warning', async () => {
    const rotate = await watched();
    const { code, stderr } = await rotate([], { BEAT_URL: '' });
    expect(code).toBe(0);
    expect(stderr).toContain('BEAT_URL is not set');
  });
});

it('GitHub shows annotations in its own jobs, and nowhere else', async () => {
  const { rotate } = await tell([{ format: 'github' }]);
  const elsewhere = await rotate();
  expect(elsewhere.stderr).not.toContain('::');
  const { code, stdout, stderr } = await rotate(['--grace', '0', '--force', '--json'], {
    GITHUB_ACTIONS: 'true',
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^::notice title=keyturn rotated::ci was rotated: \w+ is in 1 sink$/m);
  expect(stderr).toMatch(
    /^::notice title=keyturn grace-over::ci: \w+(?:, \w+)* (?:was|were) revoked$/m,
  );
  expect(JSON.parse(stdout).rotations).toHaveLength(1);
  // What a quiet run cannot say is not taken for said.
  const again = ['--grace', '0', '--force'];
  const quiet = await rotate([...again, '--quiet'], { GITHUB_ACTIONS: 'true' });
  expect([quiet.code, quiet.stderr]).toEqual([0, '']);
});

function everything(received: readonly Received[]): string {
  return received.map((one) => JSON.stringify(one)).join('\n');
}
