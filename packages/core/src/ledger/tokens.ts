import type { RotationEvent } from './event.ts';
import { unknownSink, without, type Draft } from './draft.ts';
import { tokenHeld, tokenNotRetired, tokenUnknown } from '../messages.ts';
import { holders, type TokenRecord } from './state.ts';

/** The adopted token becomes the current one; beside a current one it is another that the sinks may hold, and jobs may use. */
export function adopt(
  draft: Draft,
  event: Extract<RotationEvent, { type: 'adopted' }>,
  at: string,
): void {
  const retired = draft.current !== undefined && draft.current !== event.token.id;
  const released = retired && event.sinks.length === 0 ? { releasedAt: at } : {};
  draft.tokens.set(event.token.id, { ref: event.token, exposed: true, retired, ...released });
  if (!retired) {
    draft.current = event.token.id;
    draft.permissions = event.permissions;
  }
  for (const id of event.sinks) {
    const sink = draft.sinks.get(id) ?? unknownSink(id);
    const place = event.places?.[id];
    draft.sinks.set(id, {
      ...sink,
      ...(place !== undefined && { place }),
      base: [...new Set([...sink.base, event.token.id])],
    });
  }
}

export function complete(draft: Draft, token: string, at: string): void {
  const previous = draft.current;
  const permissions = draft.active?.permissions;
  draft.current = token;
  if (permissions !== undefined) draft.permissions = permissions;
  delete draft.active;
  if (previous !== undefined && previous !== token) retire(draft, previous, at);
}

function retire(draft: Draft, id: string, at: string): void {
  const token = draft.tokens.get(id);
  if (token !== undefined)
    draft.tokens.set(id, { ...token, retired: true, releasedAt: token.releasedAt ?? at });
}

export function condemn(draft: Draft, id: string, at: string): void {
  retire(draft, id, at);
  const token = draft.tokens.get(id);
  if (token === undefined) throw tokenUnknown(id);
  draft.tokens.set(id, { ...token, condemned: true });
}

/** Rule 1 in one place: whatever decided to revoke, a token that a sink may hold is not revoked, unless the user condemned it. */
export function guardRevocation(draft: Draft, id: string): void {
  const token = draft.tokens.get(id);
  if (token?.retired !== true) throw tokenNotRetired(id);
  if (token.condemned === true) return;
  for (const sink of draft.sinks.values()) if (holders(sink).has(id)) throw tokenHeld(id, sink.id);
}

export function giveUp(draft: Draft, at: string): void {
  if (draft.active?.token !== undefined) retire(draft, draft.active.token, at);
  delete draft.active;
}

/** @throws {KeyturnError} `STATE_CORRUPT` for a token that the ledger does not know */
export function changeToken(
  draft: Draft,
  id: string,
  change: (token: TokenRecord) => TokenRecord,
): void {
  const token = draft.tokens.get(id);
  if (token === undefined) throw tokenUnknown(id);
  draft.tokens.set(id, change(token));
}

export function miss(
  draft: Draft,
  { token: id, missing, disabled }: Extract<RotationEvent, { type: 'missed' }>,
): void {
  const token = draft.tokens.get(id);
  if (token === undefined) return;
  draft.tokens.set(id, {
    ...without(token, 'missing', 'disabledByOthers'),
    ...(missing && { missing }),
    ...(disabled === true && { disabledByOthers: disabled }),
  });
}

/** What was issued is ours to deliver; what was only found is no use without its plaintext. */
export function learn(
  draft: Draft,
  { type, label, token }: Extract<RotationEvent, { type: 'issued' | 'found' }>,
  at: string,
): void {
  const askedAt = draft.attempts.find((attempt) => attempt.label === label)?.at ?? at;
  settleAttempt(draft, label);
  if (type === 'issued' || !draft.tokens.has(token.id))
    draft.tokens.set(token.id, {
      ref: token,
      askedAt,
      answeredAt: at,
      exposed: false,
      retired: type === 'found',
    });
}

export function settleAttempt(draft: Draft, label: string): void {
  draft.attempts = draft.attempts.filter((attempt) => attempt.label !== label);
}
