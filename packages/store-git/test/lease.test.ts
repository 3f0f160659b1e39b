import { virtualClock } from '@keyturn/core/testing';
import { EMPTY } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import { commitFile, fileIn, git, hook, putFile } from './repositories.ts';
import {
  append,
  appendResults,
  BRANCH,
  errorOf,
  fakeMachine,
  freshBare,
  labelsOf,
  LEASE,
  manualTimers,
  o,
  open,
  opened,
  started,
} from './support.ts';

let bare: string;
beforeEach(async () => {
  ({ bare } = await freshBare());
});

const commits = async (): Promise<number> =>
  Number(await git(bare, 'rev-list', '--count', BRANCH).catch(() => '0'));
const lockFile = async (): Promise<
  { count: number; nonce: string; renewed: string } | undefined
> => {
  const text = await fileIn(bare, BRANCH, 'one.lock');
  return text === undefined ? undefined : (JSON.parse(text) as never);
};

describe('a lock', () => {
  it('is pushed with the first records, renewed by each push, and removed with the last', async () => {
    const timers = manualTimers();
    const store = open({ bare }, { later: timers.later });
    const lock = await store.lock('one', 'writer', o);
    await store.open('one', o);
    expect(await commits()).toBe(0);
    expect(lock.heldUntil).toBe(0);

    const first = await append(lock, EMPTY, opened(), started('a'));
    expect(await commits()).toBe(1);
    expect(await lockFile()).toMatchObject({ owner: 'writer', count: 1, lease: LEASE });
    expect(lock.heldUntil).toBeGreaterThan(Date.now() + LEASE / 2);
    expect(lock.heldUntil).toBeLessThan(Date.now() + LEASE);

    const second = await appendResults(lock, first, started('b'));
    const third = await append(lock, second, started('c'));
    expect(await lockFile()).toMatchObject({ count: 2 });
    await appendResults(lock, third, started('d'));
    await lock.release();
    expect(await commits()).toBe(3);
    expect(await lockFile()).toBeUndefined();
    const { records } = await open({ bare }).open('one', o);
    expect(labelsOf(records)).toEqual(['a', 'b', 'c', 'd']);
    expect(timers.next).toBeUndefined();
  });

  it('of another run is named by a run whose copy of the ledger has grown old', async () => {
    const clock = virtualClock(Date.now(), { auto: false });
    const late = open({ bare }, { clock, machine: fakeMachine(1) });
    const lock = await late.lock('one', 'late', o);
    await late.open('one', o);
    const first = open({ bare }, { machine: fakeMachine(2, { 2: 'running' }, 'beta') });
    await append(await first.lock('one', 'first', o), EMPTY, opened(), started('a'));

    await clock.advance(11_000);
    const error = await errorOf(append(lock, EMPTY, opened(), started('b')));
    expect(error).toMatchObject({ code: 'STATE_BUSY', effect: 'none' });
    expect(error.message).toContain('first');
  });

  it('that was not needed is never pushed', async () => {
    const store = open({ bare });
    const lock = await store.lock('one', 'writer', o);
    await store.open('one', o);
    await lock.release();
    expect(await commits()).toBe(0);
  });

  it('is renewed when half of the lease has passed without a push', async () => {
    const timers = manualTimers();
    const clock = virtualClock(Date.now(), { auto: false });
    const store = open({ bare }, { clock, later: timers.later });
    const lock = await store.lock('one', 'writer', o);
    await lock.confirm(o);
    const { heldUntil } = lock;
    expect(timers.next).toBe(LEASE / 2);
    await clock.advance(LEASE / 2);
    timers.fire();
    await expect.poll(async () => (await lockFile())?.count).toBe(2);
    await expect.poll(() => timers.next).toBe(LEASE / 2);
    expect(lock.heldUntil).toBeGreaterThan(heldUntil + LEASE / 2 - 1000);
    await lock.release();
  });

  it('whose renewal took the records along does not say that they were not written', async () => {
    const timers = manualTimers();
    const store = open({ bare }, { later: timers.later, clock: virtualClock(Date.now()) });
    const lock = await store.lock('one', 'writer', o);
    const revision = await append(lock, EMPTY, opened());
    // After the renewal, nothing is taken anymore.
    const script = 'printf "#!/bin/sh\nexit 1" > hooks/pre-receive; chmod +x hooks/pre-receive';
    await hook(bare, 'post-receive', script);
    timers.fire();
    const error = await append(lock, revision, started('a')).catch((thrown: unknown) => thrown);
    const { records } = await open({ bare }).open('one', o);
    expect(labelsOf(records)).toEqual(['a']);
    expect(error).not.toMatchObject({ effect: 'none' });
    await lock.release();
  });

  it('is confirmed by a push only when little of the lease is left', async () => {
    const clock = virtualClock(Date.now(), { auto: false });
    const store = open({ bare }, { clock, later: manualTimers().later });
    const lock = await store.lock('one', 'writer', o);
    await lock.confirm(o);
    for (let times = 0; times < 5; times++) await lock.confirm(o);
    expect(await commits()).toBe(1);
    await clock.advance(LEASE);
    await lock.confirm(o);
    expect(await commits()).toBe(2);
    await lock.release();
  });

  it('is not trusted longer if the clock is set back', async () => {
    let time = Date.now();
    const clock = { now: () => time, sleep: () => Promise.resolve() };
    const store = open({ bare }, { clock });
    const lock = await store.lock('one', 'writer', o);
    await lock.confirm(o);
    const left = lock.heldUntil - time;
    time -= 3_600_000;
    expect(lock.heldUntil - time).toBeLessThanOrEqual(left);
    await lock.release();
  });
});

describe('a lock of another machine', () => {
  const hold = async (host = 'beta') => {
    const store = open({ bare }, { machine: fakeMachine(7, { 7: 'running' }, host) });
    const lock = await store.lock('one', 'holder', o);
    const revision = await append(lock, EMPTY, opened(), started('a'));
    return { store, lock, revision };
  };
  const alpha = fakeMachine(1);

  it('is honoured at once while its lease seems to last', async () => {
    const { lock } = await hold();
    const error = await errorOf(open({ bare }, { machine: alpha }).lock('one', 'late', o));
    expect(error).toMatchObject({ code: 'STATE_BUSY', effect: 'none' });
    expect(error.message).toContain('holder (process 7 on beta');
    expect(error.hint).toContain('keyturn ledger unlock');
    await lock.release();
  });

  it('is taken over after it was watched for its whole lease, and not before', async () => {
    const { lock: asleep, revision } = await hold();
    const clock = virtualClock(Date.now() + 2 * LEASE);
    const began = clock.now();
    const store = open({ bare }, { clock, machine: alpha });
    const lock = await store.lock('one', 'next', o);
    expect(clock.now() - began).toBeGreaterThanOrEqual(LEASE);
    await append(lock, revision, started('b'));

    const late = await errorOf(append(asleep, revision, started('late')));
    expect(late).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
    expect(asleep.signal.aborted).toBe(true);
    await asleep.release();
    await lock.release();
    expect(labelsOf((await store.open('one', o)).records)).toEqual(['a', 'b']);
  });

  it.each([
    ['behind', -10 * LEASE],
    ['ahead', 10 * LEASE],
  ])('is honoured as long as it is renewed, however far its clock is %s', async (_, skew) => {
    const holding = virtualClock(Date.now() + skew, { auto: false });
    const timers = manualTimers();
    const store = open(
      { bare },
      { clock: holding, later: timers.later, machine: fakeMachine(7, { 7: 'running' }, 'beta') },
    );
    const lock = await store.lock('one', 'holder', o);
    await lock.confirm(o);
    const clock = virtualClock();
    let looks = 0;
    const watching = {
      ...clock,
      async sleep(milliseconds: number) {
        looks++;
        if (looks === 3) {
          timers.fire();
          for (let count = 1; count !== 2;) count = (await lockFile())?.count ?? 0;
        }
        await clock.sleep(milliseconds);
      },
    };
    const error = await errorOf(
      open({ bare }, { clock: watching, machine: alpha }).lock('one', 'late', o),
    );
    expect(error.code).toBe('STATE_BUSY');
    expect(looks).toBe(3);
    await lock.release();
  });

  it('is described with the time of its takeover while it is watched', async () => {
    const { lock } = await hold();
    const began = Date.now() + 2 * LEASE;
    const described: (string | undefined)[] = [];
    const clock = {
      now: () => began,
      sleep: async () => void described.push(await store.holder('one', o)),
    };
    const store = open({ bare }, { clock, machine: alpha });
    expect(await store.holder('one', o)).not.toContain('taken over');
    await store.lock('one', 'next', o);
    const until = new Date(began + LEASE).toISOString();
    expect(described[0]).toMatch(/^holder \(process 7 on beta/);
    expect(described[0]).toContain(`taken over at ${until}`);
    await lock.release();
  });

  it('that is released while it is watched is free', async () => {
    const { lock: other } = await hold();
    const clock = virtualClock(Date.now() + 2 * LEASE);
    const watching = {
      ...clock,
      async sleep(milliseconds: number) {
        await other.release();
        await clock.sleep(milliseconds);
      },
    };
    const lock = await open({ bare }, { clock: watching, machine: alpha }).lock('one', 'next', o);
    await lock.confirm(o);
    expect(await lockFile()).toMatchObject({ owner: 'next' });
    await lock.release();
  });

  it('that is renewed after it was watched is not taken over', async () => {
    await hold();
    const text = (await fileIn(bare, BRANCH, 'one.lock')) ?? '';
    const renewed = text.replace('"count":1', '"count":2');
    const commit = await commitFile(bare, BRANCH, 'one.lock', renewed);
    // The renewal arrives together with the takeover.
    await hook(
      bare,
      'pre-receive',
      `unset GIT_QUARANTINE_PATH; git update-ref refs/heads/${BRANCH} ${commit}`,
    );
    const clock = virtualClock(Date.now() + 2 * LEASE);
    const error = await errorOf(open({ bare }, { clock, machine: alpha }).lock('one', 'next', o));
    expect(error).toMatchObject({ code: 'STATE_BUSY', effect: 'none' });
    expect((await lockFile())?.count).toBe(2);
  });

  it('that nobody can read is taken over after it was watched', async () => {
    await putFile(bare, BRANCH, 'one.lock', 'torn');
    const clock = virtualClock();
    const lock = await open({ bare }, { clock }).lock('one', 'next', o);
    expect(await lockFile()).toMatchObject({ owner: 'next' });
    await lock.release();
  });
});

describe('a lock of this machine', () => {
  it('is taken over at once when its process is gone', async () => {
    const store = open({ bare }, { machine: fakeMachine(7) });
    const lock = await store.lock('one', 'killed', o);
    const revision = await append(lock, EMPTY, opened(), started('a'));
    const next = open({ bare }, { machine: fakeMachine(1) });
    expect(await next.holder('one', o)).toBeUndefined();
    const taken = await next.lock('one', 'next', o);
    await append(taken, revision, started('b'));
    await taken.release();
  });

  it('that could not be released does not stop the same process', async () => {
    const machine = fakeMachine(1);
    const store = open({ bare }, { machine });
    const lock = await store.lock('one', 'writer', o);
    await lock.confirm(o);
    const left = (await fileIn(bare, BRANCH, 'one.lock')) ?? '';
    await lock.release();
    await putFile(bare, BRANCH, 'one.lock', left);
    const next = await open({ bare }, { machine }).lock('one', 'next', o);
    expect(await lockFile()).toMatchObject({ owner: 'next' });
    await next.release();
  });
});
