import {
  KeyturnError,
  otherSlot,
  slotName,
  tornError,
  type CallOptions,
  type Clock,
  type Confirmation,
  type Expectation,
  type Receipt,
  type SinkEntry,
  type Slot,
} from '@keyturn/core';

import { readAccess } from './access.ts';
import type { Client } from './client.ts';
import { confirm, TOLERANCE } from './confirm.ts';
import { answersOf, receiptOf, write } from './deliver.ts';
import { withoutEffect } from './effect.ts';
import type { KeyReader } from './public-key.ts';
import { flip, liveSlot, readVariable } from './variable.ts';

/** One place in the layout `slots`. */
export interface Slots {
  readonly secrets: Client;
  readonly variables: Client;
  readonly keys: KeyReader;
  /** The name of the variable. */
  readonly variable: string;
}

/** Fills the idle slot and, once all of it was answered, flips the variable: a job reads the pair before or the new one. */
export async function deliverSlots(
  { secrets, variables, keys, variable }: Slots,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: CallOptions,
): Promise<Receipt> {
  const names = entries.map(({ name }) => name);
  const [found] = await Promise.all([
    readVariable(variables, variable, options),
    keys.known(options),
    import('./seal.ts'),
  ]);
  const live = await liveSlot(secrets, found, names, options);
  const idle = otherSlot(live);
  const filled = inSlot(entries, idle);
  // Who sees the live secret is to see the one that takes its place.
  const accesses = await Promise.all(
    names.map((name) => readAccess(secrets, slotName(name, live), options, slotName(name, idle))),
  );
  const outcomes = await write(secrets, keys, filled, accesses, options);
  const answers = answersOf(outcomes);
  if (answers.length < entries.length) throw idleError(secrets.target.id, filled, outcomes);
  const flipped = await flip(variables, variable, found, idle, accesses[0], options);
  return receiptOf([...answers, flipped], clock);
}

/** The live slot as it was delivered, and the variable not flipped since. */
export async function confirmSlots(
  { secrets, variables, keys, variable }: Slots,
  expected: readonly Expectation[],
  receipt: Receipt | undefined,
  options: CallOptions,
): Promise<Confirmation> {
  const found = await readVariable(variables, variable, options);
  if (!found.exists) {
    // A 404 means "gone" only where the token can see the scope.
    await keys.read(options);
    return 'absent';
  }
  if (found.slot === undefined) return 'different';
  if (receipt !== undefined && found.updatedAt > Date.parse(receipt.at) + TOLERANCE)
    return 'different';
  const held = await confirm(secrets, keys, inSlot(expected, found.slot), receipt, options);
  return held === 'same' && Number.isNaN(found.updatedAt) ? 'unreadable' : held;
}

function inSlot<Named extends { readonly name: string }>(
  list: readonly Named[],
  slot: Slot,
): Named[] {
  return list.map((one) => ({ ...one, name: slotName(one.name, slot) }));
}

/** Nothing was flipped, so what was written is not read; only what may still land is an effect. */
function idleError(
  id: string,
  entries: readonly SinkEntry[],
  outcomes: readonly PromiseSettledResult<unknown>[],
): unknown {
  const error = tornError(id, entries, outcomes);
  const mayLand = outcomes.some(
    (outcome) =>
      outcome.status === 'rejected' &&
      !(KeyturnError.is(outcome.reason) && outcome.reason.effect === 'none'),
  );
  if (mayLand || !KeyturnError.is(error)) return error;
  return withoutEffect(error);
}
