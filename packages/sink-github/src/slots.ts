import {
  KeyturnError,
  otherSlot,
  slotName,
  tornError,
  withEffect,
  settled,
  type AdapterContext,
  type CallOptions,
  type CheckOptions,
  type Clock,
  type Confirmation,
  type DeliverOptions,
  type Proof,
  type Receipt,
  type SinkEntry,
  type SinkReport,
  type Stamps,
} from '@keyturn/core';

import { presentAmong, refuseUngranted, report, type Present } from './check.ts';
import type { Client } from './client.ts';
import { confirm } from './confirm.ts';
import { answersOf, nowOrLater, receiptOf, stampsAfter, write } from './deliver.ts';
import { slotInvalid } from './messages.ts';
import { refuseTwins } from './names.ts';
import type { Place } from './place.ts';
import { loadSeal, prepareToSeal } from './sealing.ts';
import { flip, liveSlot, readVariable, type SlotVariable } from './variable.ts';

/** One place in the layout `slots`. */
export interface Slots {
  readonly secrets: Place;
  readonly variables: Client;
  /** The name of the variable. */
  readonly variable: string;
}

/** Checks the secrets, and the variable beside them. */
export async function checkSlots(
  slots: Slots,
  names: readonly string[],
  context: AdapterContext,
  options: CheckOptions,
): Promise<SinkReport> {
  const { secrets, variables, variable } = slots;
  refuseTwins(secrets.client.target.id, names);
  prepareToSeal(context.clock);
  await refuseUngranted(secrets.client, options);
  await refuseUngranted(variables, options);
  const reading = readVariable(variables, variable, options);
  const present = presentLive(slots, names, reading, options);
  const told = await report(secrets, context, options, present);
  const { exists, slot } = await reading;
  const isForeign = exists && slot === undefined;
  return { ...told, warnings: [...told.warnings, ...(isForeign ? [slotInvalid(variable)] : [])] };
}

/** The names that a job can read now: those of the live slot. */
async function presentLive(
  { secrets: { client, stored, accesses } }: Slots,
  names: readonly string[],
  reading: Promise<SlotVariable>,
  options: CheckOptions,
): Promise<Present | undefined> {
  const both = names.flatMap((name) => [slotName(name, 'A'), slotName(name, 'B')]);
  const isAsked = options.known !== true && names.length > 0;
  const finding = isAsked ? stored.find(both, options) : undefined;
  const [variable, found] = await settled([reading, finding]);
  // Without a variable, the delivery reads one more secret.
  const live = await liveSlot(stored, variable, names, options);
  if (client.target.scope.repositoryId !== undefined) {
    const read = (name: string): Promise<unknown> =>
      accesses.read(slotName(name, live), options, slotName(name, otherSlot(live)));
    await Promise.all(names.map(read));
  }
  const { slot } = variable;
  if (found === undefined) return options.known === true ? undefined : [];
  return slot === undefined ? [] : presentAmong(names, (name) => found.get(slotName(name, slot)));
}

/** Fills the idle slot, and flips the variable after all writes succeeded: a job reads either the old or the new pair. */
export async function deliverSlots(
  slots: Slots,
  entries: readonly SinkEntry[],
  clock: Clock,
  options: DeliverOptions,
): Promise<Receipt> {
  const { secrets, variables, variable } = slots;
  const { client, keys, stored, accesses } = secrets;
  const names = entries.map(({ name }) => name);
  const [found] = await Promise.all([
    readVariable(variables, variable, options),
    keys.known(options),
    loadSeal(),
  ]);
  const live = await liveSlot(stored, found, names, options);
  const idle = otherSlot(live);
  const filled = entries.map((entry) => ({ ...entry, name: slotName(entry.name, idle) }));
  // The new secret is visible to the same repositories as the live one.
  const shares = await Promise.all(
    names.map((name) => accesses.take(slotName(name, live), options, slotName(name, idle))),
  );
  const outcomes = await write(client, keys, filled, shares, options);
  const answers = answersOf(outcomes);
  if (answers.length < entries.length) throw idleError(client.target.id, filled, outcomes);
  const flipped = await flip(variables, variable, found, idle, shares[0], options);
  const stamps = slotStamps(slots, names, idle, options);
  // The variable shows what it was set to, so it is not read again.
  const own = { [stampName(variable, names)]: idle };
  return receiptOf([...answers, flipped], clock, {
    ...(await nowOrLater(stamps, options)),
    ...own,
  });
}

/** The stamps of the secrets in a slot, by the names of the layout. */
async function slotStamps(
  { secrets: { client, stored } }: Slots,
  names: readonly string[],
  slot: 'A' | 'B',
  options: CallOptions,
): Promise<Stamps> {
  const filled = names.map((name) => slotName(name, slot));
  const shown = await stampsAfter(client, stored, filled, options);
  const stamps = names.flatMap((name) => {
    const stamp = shown[slotName(name, slot)];
    return stamp === undefined ? [] : [[name, stamp] as const];
  });
  return Object.fromEntries(stamps);
}

/** Confirms that the live slot is as delivered and that the variable was not flipped since. */
export async function confirmSlots(
  { secrets: { keys, stored }, variables, variable }: Slots,
  names: readonly string[],
  proof: Proof,
  options: CallOptions,
): Promise<Confirmation> {
  const { exists, slot } = await readVariable(variables, variable, options);
  if (!exists) {
    // A 404 means "gone" only if the token can see the scope.
    await keys.read(options);
    return 'absent';
  }
  const { stamps = {} } = proof.receipt ?? {};
  const key = stampName(variable, names);
  const flippedTo = Object.hasOwn(stamps, key) ? stamps[key] : undefined;
  if (slot === undefined || (flippedTo !== undefined && flippedTo !== slot)) return 'different';
  const delivered = names.map((name) => ({ name, secret: slotName(name, slot) }));
  const held = await confirm(stored, keys, delivered, proof, options);
  return held === 'same' && flippedTo === undefined ? 'unreadable' : held;
}

/** The variable's own name, unless a secret has the same name without its slot. */
function stampName(variable: string, names: readonly string[]): string {
  return names.includes(variable) ? `the variable ${variable}` : variable;
}

/** The variable was not flipped, so jobs do not read what was written; only a write that might still land is an effect. */
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
  return mayLand ? error : withEffect(error, 'none');
}
