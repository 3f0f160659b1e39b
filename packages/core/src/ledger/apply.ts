import { KeyturnError } from '../errors.ts';
import { nextPhase } from '../machine/transitions.ts';
import type { RotationEvent } from './event.ts';
import type { LedgerRecord } from './record.ts';
import { changeSink, dateLast, moveSink, unknownSink, withoutLast, type Draft } from './draft.ts';
import { covers } from './place.ts';
import {
  holders,
  type Refusals,
  type RotationState,
  type SinkRecord,
  type Unanswered,
} from './state.ts';

/**
 * The state after these records. Pure: `state` stays as it is.
 *
 * @throws {KeyturnError} `TRANSITION_INVALID` for an event that cannot happen there
 */
export function applyRecords(
  state: RotationState,
  records: readonly LedgerRecord[],
): RotationState {
  const draft: Draft = { ...state, tokens: new Map(state.tokens), sinks: new Map(state.sinks) };
  for (const { event, at, by } of records) {
    const phase = nextPhase(draft.phase, event.type);
    applyEvent(draft, event, at, by);
    draft.phase = phase;
  }
  return draft;
}

function applyEvent(draft: Draft, event: RotationEvent, at: string, by: string | undefined): void {
  const time = { at, ...(by !== undefined && { by }) };
  switch (event.type) {
    case 'opened':
      return open(draft, event);
    case 'adopted':
      return adopt(draft, event, at);
    case 'started':
      draft.chapterUsed = true;
      draft.active = { label: event.label };
      draft.attempts = [...draft.attempts, { label: event.label, ...time }];
      return;
    case 'issued':
      expectActive(draft, event.label);
      draft.active = { label: event.label, token: event.token.id };
      return learn(draft, event, at);
    case 'found':
      return learn(draft, event, at);
    case 'absent':
      return settleAttempt(draft, event.label);
    case 'declined':
      settleAttempt(draft, event.label);
      delete draft.active;
      return;
    case 'lost':
    case 'aborted':
      dateLast(draft, event.label, time);
      return giveUp(draft, at);
    case 'rejected':
      return giveUp(draft, at);
    case 'granted':
      if (draft.active !== undefined)
        draft.active = { ...draft.active, permissions: event.permissions };
      return;
    case 'verified':
    case 'finished':
      return;
    case 'sending':
      return send(draft, event, time);
    case 'delivered':
      return deliver(draft, event, at);
    case 'undelivered':
      return changeSink(draft, event.sink, at, (sink) => {
        const sent = sink.unanswered.findLast(({ token }) => token === event.token);
        const others = withoutLast(sink.unanswered, event.token);
        // It may have been sent as late as now, however long it waited for its turn.
        const late = {
          token: event.token,
          ...time,
          ...(sent?.clock !== undefined && { clock: sent.clock }),
        };
        const unanswered = event.effect === 'none' ? others : [...others, late];
        const refusals = NOT_THE_SINK.test(event.code) ? sink.refusals : refused(sink, event, at);
        return { ...sink, unanswered, ...(refusals !== undefined && { refusals }) };
      });
    case 'settled':
      return changeSink(draft, event.sink, at, (sink) => ({
        ...sink,
        base: [event.token],
        unanswered: [],
      }));
    case 'drifted':
      return changeSink(draft, event.sink, at, (sink) => ({
        ...sink,
        base: event.holds,
        unanswered: [],
      }));
    case 'identified':
      draft.issuer = event.issuer;
      for (const [id, place] of Object.entries(event.places)) {
        const sink = draft.sinks.get(id);
        if (sink !== undefined)
          draft.sinks.set(id, { ...sink, place: { ...sink.place, ...place } });
      }
      return;
    case 'moved':
      return moveSink(draft, event.sink, event.to, event.overlaps === true);
    case 'outdated':
      return changeSink(draft, event.sink, at, ({ sent: _, ...sink }) => ({
        ...sink,
        place: event.place,
        outdated: true,
      }));
    case 'looked':
      return changeSink(draft, event.sink, at, ({ shows: _, ...sink }) => ({
        ...sink,
        ...(event.shows !== 'same' && { shows: event.shows }),
      }));
    case 'missed':
      return miss(draft, event.token, event.missing);
    case 'handed-over':
      draft.tokens.clear();
      draft.sinks.clear();
      draft.attempts = [];
      delete draft.current;
      delete draft.permissions;
      return;
    case 'tried':
      return changeSink(draft, event.sink, at, (sink) => ({
        ...sink,
        trial: { token: event.token, ok: event.ok },
      }));
    case 'condemned':
      return condemn(draft, event.token, at);
    case 'completed':
      return complete(draft, event.token, at);
    case 'revoking':
      return guardRevocation(draft, event.token);
    case 'revoked':
      draft.tokens.delete(event.token);
      draft.revoked = [...draft.revoked, event.token];
      return;
    case 'forgotten':
      changeSink(draft, event.sink, at, (sink) => ({ ...sink, base: [], unanswered: [] }));
      draft.sinks.delete(event.sink);
      return;
  }
}

function open(draft: Draft, event: Extract<RotationEvent, { type: 'opened' }>): void {
  const { issuer, current, permissions, tokens, sinks, attempts } = event.summary;
  draft.rotation = event.rotation;
  draft.chapterUsed = false;
  draft.revoked = [];
  draft.tokens = new Map(tokens.map((token) => [token.ref.id, token]));
  draft.sinks = new Map(sinks.map((sink) => [sink.id, sink]));
  draft.attempts = attempts;
  delete draft.active;
  delete draft.current;
  delete draft.permissions;
  delete draft.issuer;
  if (issuer !== undefined) draft.issuer = issuer;
  if (current !== undefined) draft.current = current;
  if (permissions !== undefined) draft.permissions = permissions;
}

/** The adopted token becomes the current one; beside a current one it is another that the sinks may hold, and jobs may use. */
function adopt(draft: Draft, event: Extract<RotationEvent, { type: 'adopted' }>, at: string): void {
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

/** What the new delivery has overwritten is released: at the sink itself, and at those that left with names among its own. */
function deliver(
  draft: Draft,
  { sink: id, token, receipt }: Extract<RotationEvent, { type: 'delivered' }>,
  at: string,
): void {
  changeSink(draft, id, at, ({ outdated: _, shows: __, refusals: ___, ...sink }) => ({
    ...sink,
    base: [token],
    unanswered: withoutLast(sink.unanswered, token),
    receipt,
  }));
  const written = draft.sinks.get(id)?.place;
  for (const other of draft.sinks.values()) {
    if (written === undefined || other.place === undefined || other.id === id) continue;
    if (covers(written, other.place))
      changeSink(draft, other.id, at, (sink) => ({ ...sink, base: [] }));
  }
}

/** Failures of this process or its store say nothing of the sink. */
const NOT_THE_SINK = /^(?:STATE_|INTERRUPTED$)/;

/** Another token was refused, or the same one again. */
function refused(
  { refusals }: SinkRecord,
  { token, code }: Extract<RotationEvent, { type: 'undelivered' }>,
  at: string,
): Refusals {
  const count = (refusals?.count ?? 0) + (refusals?.token === token ? 0 : 1);
  return { token, count, at, code };
}

function miss(draft: Draft, id: string, missing: boolean): void {
  const token = draft.tokens.get(id);
  if (token === undefined) return;
  const { missing: _, ...others } = token;
  draft.tokens.set(id, missing ? { ...others, missing } : others);
}

function send(
  draft: Draft,
  event: Extract<RotationEvent, { type: 'sending' }>,
  time: Pick<Unanswered, 'at' | 'by'>,
): void {
  const token = draft.tokens.get(event.token);
  if (token === undefined || token.retired)
    throw invalid(`token ${event.token} cannot be delivered any more`);
  draft.tokens.set(event.token, { ...token, exposed: true });
  const sink = draft.sinks.get(event.sink) ?? unknownSink(event.sink);
  const { place, clock } = event;
  draft.sinks.set(event.sink, {
    ...sink,
    ...(place !== undefined && { place }),
    sent: true,
    unanswered: [
      ...sink.unanswered,
      { token: event.token, ...time, ...(clock !== undefined && { clock }) },
    ],
  });
}

function complete(draft: Draft, token: string, at: string): void {
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

function condemn(draft: Draft, id: string, at: string): void {
  retire(draft, id, at);
  const token = draft.tokens.get(id);
  if (token === undefined) throw invalid(`token ${id} is not known`);
  draft.tokens.set(id, { ...token, condemned: true });
}

/** Rule 1 in one place: whatever decided to revoke, a token that a sink may hold is not revoked, unless the user condemned it. */
function guardRevocation(draft: Draft, id: string): void {
  const token = draft.tokens.get(id);
  if (token?.retired !== true) throw invalid(`token ${id} is not retired`);
  if (token.condemned === true) return;
  for (const sink of draft.sinks.values())
    if (holders(sink).has(id)) throw invalid(`token ${id} may still be held by ${sink.id}`);
}

function giveUp(draft: Draft, at: string): void {
  if (draft.active?.token !== undefined) retire(draft, draft.active.token, at);
  delete draft.active;
}

function expectActive(draft: Draft, label: string): void {
  if (draft.active?.label !== label) throw invalid(`no token was asked for as ${label}`);
}

/** What was issued is ours to deliver; what was only found is no use without its plaintext. */
function learn(
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

function settleAttempt(draft: Draft, label: string): void {
  draft.attempts = draft.attempts.filter((attempt) => attempt.label !== label);
}

function invalid(why: string): KeyturnError {
  return new KeyturnError('TRANSITION_INVALID', why, { effect: 'none' });
}
