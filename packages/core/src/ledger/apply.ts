import { copyOf } from './changing-map.ts';
import { nextPhase } from './transitions.ts';
import type { RotationEvent } from './event.ts';
import { neighboursOf } from './neighbours.ts';
import type { LedgerRecord } from './record.ts';
import { deliver, fail, send, stamp } from './deliveries.ts';
import { changeSink, dateLast, moveSink, unknownSink, without, type Draft } from './draft.ts';
import { attemptUnknown } from '../messages.ts';
import type { RotationState } from './state.ts';
import {
  adopt,
  changeToken,
  complete,
  condemn,
  giveUp,
  guardRevocation,
  learn,
  miss,
  settleAttempt,
} from './tokens.ts';

/**
 * The state after these records. Pure: `state` stays as it is.
 *
 * @throws {KeyturnError} `TRANSITION_INVALID` for an event that cannot happen there
 */
export function applyRecords(
  state: RotationState,
  records: readonly LedgerRecord[],
): RotationState {
  const draft: Draft = { ...state, tokens: new Map(state.tokens), sinks: copyOf(state.sinks) };
  for (let i = 0; i < records.length; i += TOGETHER) {
    const some = records.slice(i, i + TOGETHER);
    const neighbours = [...neighboursOf(draft.sinks, some)];
    for (const record of some) {
      const phase = nextPhase(draft.phase, record.event.type);
      applyRecord(draft, record, neighbours);
      draft.phase = phase;
    }
  }
  return draft;
}

/** For so many records, neighbours are looked for once. */
const TOGETHER = 64;

function applyRecord(
  draft: Draft,
  { event, at, by }: LedgerRecord,
  neighbours: readonly string[],
): void {
  const time = { at, ...(by !== undefined && { by }) };
  switch (event.type) {
    case 'opened':
      return open(draft, event);
    case 'adopted':
      return adopt(draft, event, at);
    case 'started':
      draft.chapterUsed = true;
      draft.active = { label: event.label };
      draft.attempts = [
        ...draft.attempts,
        { label: event.label, ...time, ...(event.known !== undefined && { known: event.known }) },
      ];
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
      return deliver(draft, event, at, neighbours);
    case 'stamped':
      return stamp(draft, event);
    case 'undelivered':
      return fail(draft, event, time);
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
      return changeSink(draft, event.sink, at, (sink) => ({
        ...without(sink, 'sent'),
        place: event.place,
        outdated: true,
      }));
    case 'looked':
      return changeSink(draft, event.sink, at, (sink) => ({
        ...without(sink, 'shows'),
        ...(event.shows !== 'same' && { shows: event.shows }),
      }));
    case 'missed':
      return miss(draft, event);
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
    case 'deployed':
      return changeSink(draft, event.sink, at, (sink) => without(sink, 'deploys', 'running'));
    case 'disabling':
      guardRevocation(draft, event.token);
      return changeToken(draft, event.token, (token) => ({ ...token, requested: 'disable' }));
    case 'disabled':
      return changeToken(draft, event.token, (token) => ({
        ...without(token, 'requested'),
        disabledAt: at,
      }));
    case 'enabling':
      return changeToken(draft, event.token, (token) => ({
        ...without(token, 'disabledAt'),
        releasedAt: at,
        requested: 'enable',
      }));
    case 'revoking':
      guardRevocation(draft, event.token);
      return changeToken(draft, event.token, (token) => ({ ...token, requested: 'revoke' }));
    case 'revoked':
      draft.tokens.delete(event.token);
      draft.revoked = [...draft.revoked, event.token];
      return;
    case 'forgotten':
      changeSink(draft, event.sink, at, ({ id }) => unknownSink(id));
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

function expectActive(draft: Draft, label: string): void {
  if (draft.active?.label !== label) throw attemptUnknown(label);
}
