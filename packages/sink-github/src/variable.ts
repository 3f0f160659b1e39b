import { serverTime, slotName, type CallOptions, type Slot } from '@keyturn/core';

import type { Access } from './access.ts';
import type { Answer, Client } from './client.ts';
import { variableValueMissing } from './messages.ts';
import type { Stored } from './stored.ts';

/** The variable that selects the live slot. */
export interface SlotVariable {
  readonly exists: boolean;
  /** Its value; undefined if that is not a slot. GitHub ignores the case of names, so the case of a slot does not matter either. */
  readonly slot: Slot | undefined;
  /** GitHub's clock when it was read, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
}

/** Reads the variable. Its 404 proves no more than the 404 of a secret: see {@link confirmSlots}. */
export async function readVariable(
  { target, request }: Client,
  variable: string,
  options: CallOptions,
): Promise<SlotVariable> {
  const answer = await request(`GET ${target.scope.path}/{name}`, { name: variable }, options);
  if (answer.status !== 200 && answer.status !== 404) throw await answer.error();
  const shownAt = serverTime(answer.headers);
  if (answer.status === 404) return { exists: false, slot: undefined, shownAt };
  const { value } = (answer.data ?? {}) as { value?: unknown };
  // If this counted as a value that is not a slot, the delivery could write into the live slot.
  if (typeof value !== 'string') throw variableValueMissing(target.id, variable);
  const slot = value.toUpperCase();
  return { exists: true, slot: slot === 'A' || slot === 'B' ? slot : undefined, shownAt };
}

/**
 * The slot that jobs read. A new variable might not be visible yet although A is live already, so without a variable, a secret in A
 * counts as live.
 */
export async function liveSlot(
  stored: Stored,
  found: SlotVariable,
  names: readonly string[],
  options: CallOptions,
): Promise<Slot> {
  if (found.slot !== undefined) return found.slot;
  if (found.exists || names[0] === undefined) return 'B';
  return (await stored.get(slotName(names[0], 'A'), options)) === undefined ? 'B' : 'A';
}

/**
 * Makes a slot live. An update omits the repositories that see an organization's variable, so they stay as they are; a new variable is
 * visible to the same repositories as the secrets.
 */
export async function flip(
  { target, request }: Client,
  variable: string,
  found: SlotVariable,
  slot: Slot,
  access: Access | undefined,
  options: CallOptions,
): Promise<Answer> {
  const { path } = target.scope;
  if (!found.exists) {
    const body = { name: variable, value: slot, ...access };
    const created = await request(`POST ${path}`, body, options);
    if (created.status === 201) return created;
    // Somebody else created it first, or it was not visible yet.
    if (created.status !== 409) throw await created.error();
  }
  const updated = await request(`PATCH ${path}/{name}`, { name: variable, value: slot }, options);
  if (updated.status !== 204) throw await updated.error();
  return updated;
}
