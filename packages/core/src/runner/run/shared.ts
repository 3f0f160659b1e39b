import { heldElsewhere, issuedElsewhere, placeTaken } from '../../messages.ts';
import { readState } from '../../ledger/read-state.ts';
import { identityOf, isSameIssuer, overlap } from '../../ledger/place.ts';
import { holdersByToken, type RotationState, type TokenRecord } from '../../ledger/state.ts';
import { wasWritten } from './first-contact.ts';
import type { Run } from './run.ts';

/**
 * One token may be in the sinks of several rotations, where the user named it in each: then the last of them revokes it. Only
 * such tokens are looked for in other ledgers; the others belong to one rotation, since {@link refuseIssuedElsewhere}.
 *
 * @throws {KeyturnError} `TOKEN_IN_USE` while jobs of another rotation may use it, and what a store fails with
 */
export async function refuseHeldElsewhere(run: Run, id: string): Promise<void> {
  if (run.ledger.state.tokens.get(id)?.condemned === true) return;
  const [name] = await usersElsewhere(run, id);
  if (name !== undefined) throw heldElsewhere(id, name);
}

/** The other rotations whose jobs may use this token. */
export async function usersElsewhere(run: Run, id: string): Promise<readonly string[]> {
  const token = run.ledger.state.tokens.get(id);
  if (token === undefined || token.askedAt !== undefined) return [];
  const names: string[] = [];
  for await (const [name, state, other] of knownElsewhere(run, id))
    if (mayBeUsed(run, state, other)) names.push(name);
  return names;
}

/**
 * A token that another rotation made is revoked by that one, which does not ask whom else it was given to. A rotation that is no
 * more, renamed perhaps, lets go of it when its sinks are forgotten.
 *
 * @throws {KeyturnError} `TOKEN_IN_USE`, and what a store fails with
 */
export async function refuseIssuedElsewhere(run: Run, id: string): Promise<void> {
  for await (const [name, state, { askedAt }] of knownElsewhere(run, id)) {
    const [sink] = holdersByToken(state).get(id) ?? [];
    if (askedAt === undefined || sink === undefined) continue;
    throw issuedElsewhere(run.request.name, id, name, sink);
  }
}

/**
 * Another rotation writes to the place: each would be thought to hold what the other one wrote. Asked only for sinks that this
 * rotation never wrote to.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, and what a store fails with
 */
export async function refuseTaken(run: Run): Promise<void> {
  const { request, runtime, ledger } = run;
  const mine = [...run.places].filter(([id]) => !wasWritten(ledger.state.sinks.get(id)));
  if (mine.length === 0) return;
  const claimed = runtime.beside?.claims.claim(
    request.name,
    mine.map(([, place]) => place),
  );
  if (claimed !== undefined) {
    const [name, place, other] = claimed;
    throw placeTaken(place.target, name, other.target);
  }
  const { store } = runtime;
  // One that has tokens of its own cannot continue another ledger.
  const { tokens, attempts } = ledger.state;
  const mayBeNew = tokens.size === 0 && attempts.length === 0;
  // One place has one of these in common with another: reading every ledger for each first contact would be quadratic in a fleet.
  const texts = mine.flatMap(([, { target, thing }]) => [target, thing ?? target]);
  const names = await (store.mentioning?.(texts, run.call) ?? store.rotations(run.call));
  for (const name of names) {
    if (name === request.name) continue;
    const { current, sinks } = await readState(store, name, run.call);
    for (const [id, place] of mine)
      for (const { place: other, base } of sinks.values()) {
        const isInUse = current !== undefined && base.includes(current);
        if (!isInUse || other === undefined || !overlap(place, other)) continue;
        throw placeTaken(id, name, other.target, mayBeNew ? request.name : undefined);
      }
  }
}

/**
 * The other rotations whose jobs use a token of the same account. If it can have only so many, each of them needs room for a second
 * one.
 */
export async function neighbours({ request, runtime, issuer, call }: Run): Promise<string[]> {
  const names: string[] = [];
  for (const name of await runtime.store.rotations(call)) {
    if (name === request.name) continue;
    const state = await readState(runtime.store, name, call);
    const isSame = state.issuer !== undefined && isSameIssuer(state.issuer, identityOf(issuer));
    if (isSame && holdersByToken(state).has(state.current ?? '')) names.push(name);
  }
  return names;
}

async function* knownElsewhere(
  { request, runtime: { store }, call, issuer }: Run,
  id: string,
): AsyncGenerator<readonly [name: string, RotationState, TokenRecord]> {
  for (const name of await store.holders(id, call)) {
    if (name === request.name) continue;
    const state = await readState(store, name, call);
    const token = state.tokens.get(id);
    // Another issuer's token may have the same ID.
    const isOther = state.issuer !== undefined && !isSameIssuer(state.issuer, identityOf(issuer));
    if (token !== undefined && !isOther) yield [name, state, token];
  }
}

/** What its own ledger says of it, with this rotation's grace: that of the other is not known here. */
function mayBeUsed(
  { intent, ledger }: Run,
  state: RotationState,
  { ref, releasedAt }: TokenRecord,
): boolean {
  if (holdersByToken(state).has(ref.id)) return true;
  return (
    releasedAt !== undefined && Date.parse(releasedAt) + intent.policy.grace > ledger.clock.now()
  );
}
