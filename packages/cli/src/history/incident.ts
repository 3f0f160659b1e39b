import type { LedgerRecord, RotationEvent } from '@keyturn/core';

import type { Incident } from './story.ts';

/** Events that are told otherwise, or go without saying. */
const ORDINARY: ReadonlySet<string> = new Set([
  'opened',
  'started',
  'issued',
  'granted',
  'verified',
  'sending',
  'delivered',
  'settled',
  'completed',
  'revoking',
  'revoked',
  'finished',
]);

/** What a person did, or what ends well. */
const NOTES: ReadonlySet<string> = new Set(['adopted', 'absent', 'aborted', 'forgotten']);

/** What is out of the ordinary about a record; undefined where nothing is. */
export function incidentOf({ event, at }: LedgerRecord): Incident | undefined {
  const text = textOf(event);
  return text === undefined
    ? undefined
    : { at, text, kind: NOTES.has(event.type) ? 'note' : 'trouble' };
}

function textOf(event: RotationEvent): string | undefined {
  if (ORDINARY.has(event.type) || (event.type === 'tried' && event.ok)) return undefined;
  switch (event.type) {
    case 'adopted':
      return `${event.token.id} was named as the token in use`;
    case 'declined':
      return `no token was created (${event.code})`;
    case 'lost':
      return /^[A-Z_]+$/.test(event.reason)
        ? `the answer with the new token never came (${event.reason})`
        : `the token under way was lost: ${event.reason}`;
    case 'found':
      return `${event.token.id} turned up, whose answer had been lost; it is to be revoked`;
    case 'absent':
      return `nothing had been created as ${event.label}`;
    case 'rejected':
      return `${event.token} could not be used (${event.code}); it is to be revoked`;
    case 'undelivered':
      return event.effect === 'none'
        ? `${event.sink} was not written (${event.code})`
        : `a write to ${event.sink} had no answer (${event.code})`;
    case 'drifted':
      return `${event.sink} did not show what it had been given`;
    case 'condemned':
      return `a person said that ${event.token} leaked`;
    case 'tried':
      return `a job of ${event.sink} did not work with ${event.token}`;
    case 'aborted':
      return 'a person gave up the token under way';
    case 'forgotten':
      return `a person vouched that ${event.sink} holds no token of this rotation`;
    default:
      return unknown(event);
  }
}

/** A newer keyturn may have written what this one does not know. */
function unknown(event: object): string {
  const { type, token, sink } = event as Readonly<Record<string, unknown>>;
  const about = [token, sink].filter((one) => typeof one === 'string').join(', ');
  return `${String(type)}${about === '' ? '' : `: ${about}`}`;
}
