import { seededRandom, virtualClock } from '@keyturn/core/testing';
import { KeyturnError } from '@keyturn/core';
import { chain, type LedgerRecord, type Lock, type StateStore } from '@keyturn/core/ledger';
import { createFetch } from '@keyturn/http';
import type { Fault } from '@keyturn/sandbox';
import { expect } from 'vitest';

import { AT, collect, labelsOf, LEASE, opened, openWorld, started, type World } from './support.ts';

const xml = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** What can happen to one request. `passes`: one of it never makes a call fail. */
export const ACTIONS: readonly {
  readonly name: string;
  readonly action: Fault['action'];
  readonly passes: boolean;
}[] = [
  { name: '500', action: { status: 500, body: xml('InternalError') }, passes: true },
  { name: '503', action: { status: 503, body: xml('SlowDown') }, passes: true },
  {
    name: '503 that says when to retry',
    action: { status: 503, headers: { 'retry-after': '1' }, body: xml('SlowDown') },
    passes: true,
  },
  { name: 'a reset', action: { reset: true }, passes: true },
  { name: 'a lost answer', action: { dropResponse: true }, passes: true },
  { name: 'a lost request', action: { dropRequest: true }, passes: true },
  { name: 'a delay', action: { delayMs: 3 }, passes: true },
  { name: 'a request that lands late', action: { holdMs: 15 }, passes: true },
  { name: '409', action: { status: 409, body: xml('ConditionalRequestConflict') }, passes: false },
  { name: '412', action: { status: 412, body: xml('PreconditionFailed') }, passes: false },
  { name: '403', action: { status: 403, body: xml('AccessDenied') }, passes: false },
  { name: 'a page', action: { status: 200, body: '<html>Sign in</html>' }, passes: false },
];

export interface Trace {
  readonly place: World;
  /** What an append or a release promised to keep, by label. */
  readonly kept: Set<string>;
  /** What may wait for the next append; by lock. */
  readonly waiting: Map<Lock, string[]>;
  /** What certainly was not written. */
  readonly refused: Set<string>;
  readonly claimed: string[];
  /** The codes of the calls that failed. */
  readonly failures: string[];
}

/** Runs a step; what fails is noted, and only a KeyturnError may. */
async function attempt<Result>(
  { failures }: Trace,
  step: () => Promise<Result>,
): Promise<Result | KeyturnError> {
  try {
    return await step();
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    failures.push(error.code);
    return error;
  }
}

/** Appends a label onto what the ledger has now, as a run does. */
async function write(
  trace: Trace,
  store: StateStore,
  lock: Lock,
  label: string,
  durable: 'now' | 'with-the-next' = 'now',
): Promise<void> {
  const result = await attempt(trace, async () => {
    const { records, revision } = known.get(lock) ?? (await store.open('one'));
    const events = records.length === 0 ? [opened(), started(label)] : [started(label)];
    const added = chain(revision, events, AT);
    known.delete(lock);
    const next = await lock.append(added, revision, { signal: never, durable });
    known.set(lock, { records: [...records, ...added], revision: next });
  });
  if (KeyturnError.is(result)) {
    if (result.effect === 'none') trace.refused.add(label);
    // The error was about all of them.
    trace.waiting.delete(lock);
  } else {
    const labels = [...(trace.waiting.get(lock) ?? []), label];
    if (durable === 'now') keep(trace, lock, labels);
    else trace.waiting.set(lock, labels);
  }
}

function keep({ kept, waiting }: Trace, lock: Lock, labels: readonly string[]): void {
  for (const label of labels) kept.add(label);
  waiting.delete(lock);
}

const never = new AbortController().signal;
const known = new WeakMap<Lock, { records: readonly LedgerRecord[]; revision: string }>();

/** A first run, a run that falls asleep, and one that takes over from it: everything that a store is asked for. */
export async function play(trace: Trace): Promise<void> {
  const { place } = trace;
  const [alpha, beta, gamma] = [
    await place.open('alpha'),
    await place.open('beta'),
    await place.open('gamma'),
  ];
  const first = await attempt(trace, () => alpha.lock('one', 'first'));
  if (!KeyturnError.is(first)) {
    await write(trace, alpha, first, 'a');
    await write(trace, alpha, first, 'b', 'with-the-next');
    await write(trace, alpha, first, 'c');
    await place.clock.advance(LEASE - 1000);
    await attempt(trace, () => first.confirm());
    await write(trace, alpha, first, 'd', 'with-the-next');
    const released = await attempt(trace, () => first.release());
    if (!KeyturnError.is(released)) keep(trace, first, trace.waiting.get(first) ?? []);
  }
  const asleep = await attempt(trace, () => beta.lock('one', 'asleep'));
  if (!KeyturnError.is(asleep)) await write(trace, beta, asleep, 'e');
  await place.clock.advance(2 * LEASE);

  const taker = await attempt(trace, () => gamma.lock('one', 'taker'));
  if (!KeyturnError.is(taker)) {
    await write(trace, gamma, taker, 'f');
    if (!KeyturnError.is(asleep)) {
      await write(trace, beta, asleep, 'woken');
      expect(trace.kept, 'a writer that lost its lock has written').not.toContain('woken');
    }
    await write(trace, gamma, taker, 'g');
    await attempt(trace, () => taker.release());
  }
  for (const store of [alpha, beta, gamma]) {
    const won = await attempt(trace, () => store.claim('one', 'key'));
    if (won === true) trace.claimed.push(store.kind);
  }
}

/** What must hold whatever happened, once the faults are over. */
export async function judge(trace: Trace): Promise<void> {
  const { place, kept, refused, claimed, failures } = trace;
  await place.clearFaults();
  for (const code of failures)
    expect(['STATE_FAILED', 'STATE_LOST', 'STATE_CONFLICT', 'STATE_BUSY']).toContain(code);
  // The next run, from anywhere, after the lease.
  await place.clock.advance(2 * LEASE);
  const store = await place.open('delta');
  const lock = await store.lock('one', 'last').catch(async (error: unknown) => {
    if (!KeyturnError.is(error) || error.code !== 'STATE_BUSY') throw error;
    // A renewal landed only now: its lease runs from now on.
    await place.clock.advance(2 * LEASE);
    return store.lock('one', 'last');
  });
  await write(trace, store, lock, 'z');
  await lock.release();
  const history = labelsOf(await collect(store.history('one')));
  expect(new Set(history).size, `something is there twice: ${history.join()}`).toBe(history.length);
  expect(history, 'it is not in order').toEqual(history.toSorted());
  expect(history.at(-1)).toBe('z');
  for (const label of kept) expect(history, `${label} was lost`).toContain(label);
  for (const label of refused)
    expect(history, `${label} was refused, and is there`).not.toContain(label);
  expect(claimed.length, 'a key was claimed twice').toBeLessThanOrEqual(1);
}

export async function withWorld(work: (trace: Trace) => Promise<void>): Promise<void> {
  const clock = virtualClock();
  const fetch = createFetch({ clock, random: seededRandom(1), env: {} });
  const place = await openWorld({ changes: { fetch } });
  // It waits by the same clock as everything else.
  const context = { ...place.context, fetch: createFetch({ ...place.context, env: {} }) };
  const open: World['open'] = (host, options) => place.open(host, { context, ...options });
  try {
    const sets = { kept: new Set<string>(), refused: new Set<string>(), waiting: new Map() };
    await work({ place: { ...place, open }, ...sets, claimed: [], failures: [] });
  } finally {
    await fetch.close();
    await context.fetch.close();
    await place.close();
  }
}

/** The number of every request of a play without faults. */
export async function countRequests(): Promise<readonly number[]> {
  let total = 0;
  await withWorld(async (trace) => {
    await play(trace);
    total = (await trace.place.requests()).length;
  });
  return Array.from({ length: total }, (_, number) => number);
}
