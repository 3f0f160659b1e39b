import { EMPTY, type Lock, type Revision } from '@keyturn/core/ledger';
import { describe, expect, it } from 'vitest';

import {
  append,
  collect,
  labelsOf,
  LEASE,
  opened,
  openWorld,
  outcome,
  started,
  stopping,
  world,
  type World,
} from './support.ts';

/** A writer on alpha that has written once, and sleeps until its lease is over. */
async function asleep(place: World): Promise<{ lock: Lock; revision: Revision }> {
  const lock = await (await place.open('alpha')).lock('one', 'asleep');
  const revision = await append(lock, EMPTY, opened(), started('before'));
  await place.clock.advance(2 * LEASE);
  return { lock, revision };
}

const steps = Array.from({ length: await countSteps() }, (_, step) => step).flatMap((step) =>
  (['before', 'after'] as const).map((when) => ({ step, when })),
);

/** How many requests it takes to take a lock over. */
async function countSteps(): Promise<number> {
  const place = await openWorld();
  try {
    await asleep(place);
    const store = await place.open('beta');
    await place.forgetRequests();
    await store.lock('one', 'awake');
    return (await place.requests()).length;
  } finally {
    await place.close();
  }
}

describe('a writer that wakes up in the middle of a takeover', () => {
  it('does so at each of its requests', () => {
    expect(steps.length).toBe(26);
  });

  it.each(steps)('is read, or refused: $when request $step', async ({ step, when }) => {
    const place = await world();
    const { lock, revision } = await asleep(place);
    const { fetch, reached, letGo } = stopping(place.context.fetch, step, when);
    const store = await place.open('beta', { context: { ...place.context, fetch } });
    const taking = store.lock('one', 'awake');
    await reached;

    const woken = await outcome(append(lock, revision, started('woken')));
    expect(woken).toMatch(/^(?:done|STATE_LOST none)$/);
    letGo();
    const taken = await taking;
    // From now on, whatever it knows of the ledger.
    const { revision: known } = await store.open('one');
    for (const from of [known, revision])
      expect(await outcome(append(lock, from, started('late')))).toBe('STATE_LOST none');
    expect(await outcome(lock.confirm())).toBe('STATE_LOST none');
    expect(lock.signal.aborted).toBe(true);

    const { records, revision: end } = await store.open('one');
    expect(labelsOf(records)).toEqual(woken === 'done' ? ['before', 'woken'] : ['before']);
    await append(taken, end, started('taken'));
    await lock.release();
    await taken.confirm();
    await taken.release();
    const history = labelsOf(await collect((await place.open('gamma')).history('one')));
    expect(history).toEqual([...labelsOf(records), 'taken']);
  });

  it.each(steps)('renews the lock, or loses it: $when request $step', async ({ step, when }) => {
    const place = await world();
    const { lock, revision } = await asleep(place);
    const { fetch, reached, letGo } = stopping(place.context.fetch, step, when);
    const store = await place.open('beta', { context: { ...place.context, fetch } });
    const taking = outcome(store.lock('one', 'awake'));
    await reached;

    const confirmed = await outcome(lock.confirm());
    letGo();
    // Of the two, one has it.
    expect([confirmed, await taking]).toEqual(
      confirmed === 'done' ? ['done', 'STATE_BUSY none'] : ['STATE_LOST none', 'done'],
    );
    const expected = confirmed === 'done' ? 'done' : 'STATE_LOST none';
    expect(await outcome(append(lock, revision, started('woken')))).toBe(expected);
  });

  it.each(steps)(
    'has a released lock that is free: $when request $step',
    async ({ step, when }) => {
      const place = await world();
      const { lock, revision } = await asleep(place);
      const { fetch, reached, letGo } = stopping(place.context.fetch, step, when);
      const store = await place.open('beta', { context: { ...place.context, fetch } });
      const taking = store.lock('one', 'awake');
      await reached;
      await lock.release();
      letGo();
      const taken = await taking;
      expect(await outcome(append(taken, revision, started('taken')))).toBe('done');
      await taken.release();
    },
  );
});

describe('a run that falls asleep in the middle of its own takeover', () => {
  it.each(steps)('does not get in the way of the next one: $when request $step', async (at) => {
    const place = await world();
    const { revision } = await asleep(place);
    const { fetch, reached, letGo } = stopping(place.context.fetch, at.step, at.when);
    const slow = await place.open('beta', { context: { ...place.context, fetch } });
    const taking = slow.lock('one', 'slow');
    await reached;
    await place.clock.advance(2 * LEASE);

    const next = await (await place.open('gamma')).lock('one', 'next');
    const then = await append(next, revision, started('next'));
    letGo();
    const late = await taking.then(
      (lock) => outcome(slow.open('one').then((o) => append(lock, o.revision, started('slow')))),
      (error: { code: string }) => error.code,
    );
    expect(late).toMatch(/^STATE_(?:LOST|BUSY)/);
    await append(next, then, started('end'));
    await next.release();
    const history = await collect((await place.open('delta')).history('one'));
    expect(labelsOf(history)).toEqual(['before', 'next', 'end']);
  });
});

describe('a lock that is ended by hand', () => {
  it('stops its holder from writing, and says who that was', async () => {
    const place = await world();
    const lock = await (await place.open('alpha')).lock('one', 'ci@runner-7');
    const revision = await append(lock, EMPTY, opened(), started('before'));
    const store = await place.open('beta');
    expect(await store.unlock?.('one')).toMatch(/^ci@runner-7 \(process 4711 on alpha, since /);
    expect(await outcome(append(lock, revision, started('late')))).toBe('STATE_LOST none');
    expect(lock.signal.aborted).toBe(true);
    await lock.release();
    expect(await store.unlock?.('one')).toBeUndefined();
    expect(await store.holder?.('one')).toBeUndefined();
    const next = await store.lock('one', 'next');
    await append(next, revision, started('next'));
    await next.release();
  });

  it('is lost for one of two that have the same term', async () => {
    const place = await world();
    const call = place.objects.client.call({ signal: new AbortController().signal });
    const first = await (await place.open('alpha')).lock('one', 'first');
    await place.objects.remove(place.keys.lock('one'), call);
    const second = await (await place.open('beta')).lock('one', 'second');
    const revision = await append(second, EMPTY, opened(), started('second'));
    expect(await outcome(append(first, EMPTY, opened(), started('first')))).toBe('STATE_LOST none');
    expect(first.signal.aborted).toBe(true);
    await append(second, revision, started('more'));
  });

  it('heals a lock whose object was lost, or restored from a backup', async () => {
    const place = await world();
    const store = await place.open('alpha');
    const call = place.objects.client.call({ signal: new AbortController().signal });
    const first = await store.lock('one', 'first');
    const revision = await append(first, EMPTY, opened());
    await place.objects.remove(place.keys.lock('one'), call);
    expect(await outcome(first.confirm())).toBe('done');
    const second = await (await place.open('beta')).lock('one', 'second');
    expect(await outcome(append(first, revision, started('late')))).toBe('STATE_LOST none');
    await append(second, revision, started('second'));
    await second.release();
  });
});
