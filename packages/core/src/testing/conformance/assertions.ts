import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

import { type CallOptions, type Effect, type ErrorCode, KeyturnError } from '../../index.ts';

/** Options of a call that nobody interrupts. */
export function calmly(): CallOptions {
  return { signal: new AbortController().signal };
}

/** The codes by which refused credentials are told: a platform may hide what one may not see. */
export const DENIED: readonly ErrorCode[] = [
  'AUTH_DENIED',
  'PERMISSION_DENIED',
  'TARGET_NOT_FOUND',
];

/** The {@link KeyturnError} that a call rejects with. */
export async function refusal(
  what: string,
  call: () => Promise<unknown>,
  codes?: readonly ErrorCode[],
  effect?: Effect,
): Promise<KeyturnError> {
  const error = await rejection(call);
  assert.ok(error !== undefined, `${what} was not refused`);
  if (codes !== undefined)
    assert.ok(codes.includes(error.code), `${what}: ${error.code}, not ${codes.join(' or ')}`);
  if (effect !== undefined)
    assert.equal(error.effect, effect, `${what}: ${error.code} with the wrong effect`);
  return error;
}

/** What a call rejects with, which has to be a {@link KeyturnError}; undefined where it succeeds. */
export async function rejection(call: () => Promise<unknown>): Promise<KeyturnError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (KeyturnError.is(error)) return error;
    // What a foreign error holds is not known, so it is not shown.
    const name = error instanceof Error ? error.name : typeof error;
    return assert.fail(`rejected with ${name}, which is not a KeyturnError`);
  }
}

export interface Interrupted {
  /** The call was still open when it was aborted. */
  readonly hung: boolean;
  /** It ended within a second of that. */
  readonly ended: boolean;
  readonly error: KeyturnError | undefined;
}

/** Starts a call, aborts it, and waits no longer than a second for its end. */
export async function interrupt(
  call: (options: CallOptions) => Promise<unknown>,
): Promise<Interrupted> {
  const controller = new AbortController();
  const outcome = rejection(() => call({ signal: controller.signal })).then((error) => ({ error }));
  const hung = (await within(20, outcome)) === undefined;
  controller.abort();
  const end = await within(1000, outcome);
  return { hung, ended: end !== undefined, error: end?.error };
}

/** Checks that a call which is not answered rejects within a second of its abort. */
export async function endsWhenAborted(
  what: string,
  call: (options: CallOptions) => Promise<unknown>,
  mustHang: boolean,
): Promise<void> {
  const { hung, ended, error } = await interrupt(call);
  if (!hung && !mustHang) return;
  assert.ok(hung, `${what} ended although the fixture stalls: nothing was tried`);
  assert.ok(ended, `${what} went on for a second after its abort`);
  assert.equal(error?.code, 'INTERRUPTED', `${what} ended with the wrong result`);
}

/** What a promise gives in that time; undefined where it takes longer. */
async function within<Value>(
  milliseconds: number,
  promise: Promise<Value>,
): Promise<Value | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, delay(milliseconds, undefined, timer)]);
  } finally {
    timer.abort();
  }
}

/** Everything that an async iterable gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Lets everything go on that is under way, turn by turn of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

/** The same function: what it rejects with ends no process, whether or not an adapter waits for it. */
export function unheard(ask: () => Promise<void>): () => Promise<void> {
  return () => {
    const asking = ask();
    asking.catch(() => {});
    return asking;
  };
}

/** What the host's `beforeWrite` rejects with after another run has taken over. */
export function lockLost(): KeyturnError {
  return new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });
}

/** A copy that later changes do not reach, to compare with. */
export function snapshot(value: unknown): unknown {
  return structuredClone(value);
}
