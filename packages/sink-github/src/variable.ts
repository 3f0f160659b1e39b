import { KeyturnError, slotName, type CallOptions, type Slot } from '@keyturn/core';

import type { Access } from './access.ts';
import type { Answer, Client } from './client.ts';
import type { Stored } from './stored.ts';
import { dateOf } from './time.ts';

/** The variable that says which slot is live. */
export interface SlotVariable {
  readonly exists: boolean;
  /** What it says; undefined where that is no slot. GitHub ignores the case of names, so that of a slot too. */
  readonly slot: Slot | undefined;
  /** GitHub's clock when it was read, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
}

/** Reads the variable. Its 404 proves no more than that of a secret: see {@link confirmSlots}. */
export async function readVariable(
  { target, request }: Client,
  variable: string,
  options: CallOptions,
): Promise<SlotVariable> {
  const answer = await request(`GET ${target.scope.path}/{name}`, { name: variable }, options);
  if (answer.status !== 200 && answer.status !== 404) throw await answer.error();
  const shownAt = dateOf(answer);
  if (answer.status === 404) return { exists: false, slot: undefined, shownAt };
  const { value } = (answer.data ?? {}) as { value?: unknown };
  // To take whatever this is for a value that is no slot would mean to write into the live one.
  if (typeof value !== 'string') throw unclear(target.id, variable);
  const slot = value.toUpperCase();
  return { exists: true, slot: slot === 'A' || slot === 'B' ? slot : undefined, shownAt };
}

/**
 * The slot that jobs read. A variable that was only just created may not be seen yet, and then A is live already;
 * so without one, a secret in A counts as live.
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
 * Makes a slot the live one. An update says nothing of the repositories that see an organization's variable, and so
 * leaves them as they are; a new one is seen by those that see the secrets.
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
    // Somebody was faster, or it was not seen yet.
    if (created.status !== 409) throw await created.error();
  }
  const updated = await request(`PATCH ${path}/{name}`, { name: variable, value: slot }, options);
  if (updated.status !== 204) throw await updated.error();
  return updated;
}

function unclear(id: string, variable: string): KeyturnError {
  return new KeyturnError(
    'ANSWER_INVALID',
    `${id}: GitHub does not tell the value of ${variable}`,
    {
      hint: 'Check that GITHUB_API_URL is the address of a GitHub API.',
      effect: 'none',
    },
  );
}
