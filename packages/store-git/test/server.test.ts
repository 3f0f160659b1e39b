import { readdir, readFile } from 'node:fs/promises';
import { inspect } from 'node:util';

import { EMPTY } from '@keyturn/core/ledger';
import { virtualClock } from '@keyturn/core/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { git } from './repositories.ts';
import { type Fault, type GitServer, type Kind, PASSWORD, pushesOf, serveGit } from './server.ts';
import {
  append,
  appendResults,
  BRANCH,
  errorOf,
  freshBare,
  labelsOf,
  o,
  open,
  opened,
  started,
} from './support.ts';

let bare: string;
let server: GitServer;
beforeEach(async () => {
  const { folder, bare: made } = await freshBare();
  bare = made;
  server = await serveGit(folder);
  onTestFinished(() => server[Symbol.asyncDispose]());
});

/** Milliseconds that a call that hangs is waited for; on a busy machine, one that does not hang takes seconds. */
const SHORT = 5000;
const LONG = 30_000;
const deadlines = { local: LONG, network: LONG };
beforeEach(() => (deadlines.network = LONG));

const at = (url = server.url) => ({ location: `git+${url}/ledger.git#${BRANCH}` });
const connect = (options = {}) => open(at(), { clock: virtualClock(Date.now()), ...options });

/** One request of a kind goes wrong, and is not waited for long. */
function once(kind: Kind, fault: Fault): void {
  deadlines.network = SHORT;
  server.fault = (found) => {
    if (found !== kind) return undefined;
    server.fault = undefined;
    deadlines.network = LONG;
    return fault;
  };
}

function always(fault: Fault, ...kinds: readonly Kind[]): void {
  server.fault = (kind) => (kinds.length === 0 || kinds.includes(kind) ? fault : undefined);
}

function expectNoPassword(error: unknown): void {
  const text = [
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 9, showHidden: true }),
  ];
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'geheim'])
    expect(text.join('\n')).not.toContain(secret);
}

async function begun(options = {}) {
  const store = connect(options);
  const lock = await store.lock('one', 'writer', o);
  const revision = await append(lock, EMPTY, opened(), started('a'));
  return { store, lock, revision };
}

const labels = async () => labelsOf((await open({ bare }).open('one', o)).records);

describe('a rotation without a grace period', () => {
  it('makes four pushes and one fetch', async () => {
    const store = connect();
    const lock = await store.lock('one', 'writer', o);
    await store.open('one', o);
    let end = await append(lock, EMPTY, opened(), started('a'));
    await lock.confirm(o);
    end = await appendResults(lock, end, started('issued'), started('granted'));
    end = await append(lock, end, started('sending'));
    end = await appendResults(lock, end, started('delivered'));
    end = await append(lock, end, started('revoking'));
    await appendResults(lock, end, started('revoked'), started('finished'));
    await lock.release();
    expect(pushesOf(server)).toBe(4);
    expect(server.kinds.filter((kind) => kind === 'advertise fetch').length).toBeLessThanOrEqual(2);
    expect(await labels()).toHaveLength(8);
    const messages = await git(bare, 'log', '--format=%s|%an|%ae', BRANCH);
    for (const line of messages.split('\n'))
      expect(line).toMatch(
        /^keyturn: one [a-z ]+ \([0-9a-f]{16}\) \[skip ci\]\|keyturn\|keyturn@invalid$/,
      );
  });

  it('to which nothing is due makes no push', async () => {
    const { lock: first } = await begun();
    await first.release();
    const before = server.kinds.length;
    const store = connect();
    const lock = await store.lock('one', 'writer', o);
    await store.open('one', o);
    await lock.release();
    expect(server.kinds.slice(before)).toEqual(['advertise fetch', 'fetch', 'fetch']);
  });
});

describe('a push', () => {
  it.each<Fault>(['lose', 'lose and hang'])('whose answer is lost (%s) is found', async (fault) => {
    const { lock, revision } = await begun({ deadlines });
    once('push', fault);
    const next = await append(lock, revision, started('b'));
    await append(lock, next, started('c'));
    await lock.release();
    expect(await labels()).toEqual(['a', 'b', 'c']);
  });

  it.each<Fault>(['cut', 'hang', 502])(
    'that the server did not get (%s) is repeated',
    async (fault) => {
      const { lock, revision } = await begun({ deadlines });
      once('push', fault);
      await append(lock, revision, started('b'));
      await lock.release();
      expect(await labels()).toEqual(['a', 'b']);
    },
  );

  it('that is never answered has an unknown effect, and the lock is still released later', async () => {
    const { store, lock, revision } = await begun({ deadlines });
    always('hang', 'push');
    deadlines.network = SHORT;
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'unknown' });
    server.fault = undefined;
    deadlines.network = LONG;
    await lock.release();
    expect(await labels()).toEqual(['a']);
    expect(await store.holder('one', o)).toBeUndefined();
  });

  it('that was applied, when then the server is gone, has an unknown effect', async () => {
    const { lock, revision } = await begun({ deadlines });
    server.fault = (kind) =>
      kind === 'push' ? 'lose' : kind === 'advertise push' ? undefined : 'cut';
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'unknown' });
    expectNoPassword(error);
    server.fault = undefined;
    await lock.release();
    expect(await labels()).toEqual(['a', 'b']);
  });

  it.each([
    [403, 'access is denied'],
    [404, 'does not exist'],
  ])('that is refused with %i has no effect, and the reason is said', async (status, text) => {
    const { lock, revision } = await begun();
    always(status, 'advertise push', 'push');
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain(text);
    expectNoPassword(error);
    server.fault = undefined;
    await lock.release();
    expect(await labels()).toEqual(['a']);
  });

  it('to a server that takes its time is made once', async () => {
    server.delay = 300;
    const { lock, revision } = await begun();
    const began = performance.now();
    await append(lock, revision, started('b'));
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(pushesOf(server)).toBe(2);
    await lock.release();
  });
});

describe('a claim', () => {
  it('whose answer is lost is looked up', async () => {
    const store = connect({ deadlines });
    once('push', 'lose');
    expect(await store.claim('one', 'key', o)).toBe(true);
    expect(await connect().claim('one', 'key', o)).toBe(false);
  });
});

describe('credentials', () => {
  it('that are wrong are said to be rejected, and not shown', async () => {
    const wrong = 'wrong-geheim-password-1';
    const url = server.url.replace(encodeURIComponent(PASSWORD), wrong);
    const store = open(at(url));
    const error = await errorOf(store.open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain('rejected the credentials');
    expect(error.message).toContain(`git+${server.plainUrl}/ledger.git#${BRANCH}`);
    expectNoPassword(error);
    const { problems } = await store.check(o);
    expect(problems).toHaveLength(1);
    expectNoPassword(problems);
  });

  it('that are missing are asked for by name', async () => {
    const error = await errorOf(open(at(server.plainUrl)).open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED' });
    expect(error.message).toContain('asks for credentials');
  });

  it('are not among the arguments, the variables or the files of any process', async () => {
    const { folder } = await freshBare();
    const store = connect({
      env: { PATH: process.env['PATH'], TMPDIR: folder, GIT_CONFIG_NOSYSTEM: '1' },
      deadlines,
    });
    const lock = await store.lock('one', 'writer', o);
    const seen: string[] = [];
    deadlines.network = SHORT;
    server.fault = (kind) => (kind === 'push' ? 'hang' : undefined);
    const pushing = append(lock, EMPTY, opened()).catch(() => {});
    await expect.poll(() => pushesOf(server), { timeout: 15_000 }).toBeGreaterThan(0);
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if (Number(pid) === process.pid) continue;
      for (const name of ['cmdline', 'environ'])
        seen.push(await readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''));
    }
    for (const name of await readdir(folder, { recursive: true }))
      seen.push(await readFile(`${folder}/${name}`, 'utf8').catch(() => ''));
    server.fault = undefined;
    deadlines.network = LONG;
    await pushing;
    await lock.release();
    const text = seen.join('\n');
    expect(text).toContain('keyturn-ledger-store');
    expect(text).not.toContain(PASSWORD.slice(-24));
    expect(await readdir(folder)).not.toEqual(['ledger.git']);
    await store.close();
    expect(await readdir(folder)).toEqual(['ledger.git']);
  });
});

describe('a server', () => {
  it('that is not there is said to be unreachable', async () => {
    await server[Symbol.asyncDispose]();
    const store = connect();
    const error = await errorOf(store.open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain('the server is unreachable');
    expectNoPassword(error);
    server = await serveGit('/');
  });

  it('that lets read, but not push, is a problem for check, which pushes nothing', async () => {
    always(403, 'advertise push', 'push');
    const { problems } = await connect().check(o);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('access is denied');
    server.fault = undefined;
    expect((await connect().check(o)).problems).toEqual([]);
    expect(pushesOf(server)).toBe(0);
  });
});

describe('a server that hangs', () => {
  it('fails each call after its deadline', async () => {
    always('hang');
    deadlines.network = 300;
    const store = connect({ deadlines });
    const calls = [
      store.open('one', o),
      store.rotations(o),
      store.lock('one', 'x', o),
      store.claim('one', 'key', o),
    ];
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error.code).toBe('STATE_FAILED');
      expect(error.message).toContain('timed out');
    }
    server.fault = undefined;
    deadlines.network = LONG;
    expect(await store.rotations(o)).toEqual([]);
  });

  it('is no longer waited for once the store is closed', async () => {
    always('hang');
    const store = connect();
    const opening = errorOf(store.open('one', o));
    await expect.poll(() => server.kinds.length, { timeout: 15_000 }).toBeGreaterThan(0);
    await store.close();
    expect((await opening).code).toBe('STATE_FAILED');
    expect((await errorOf(store.claim('one', 'key', o))).code).toBe('STATE_FAILED');
  });
});
