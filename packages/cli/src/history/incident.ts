import type { LedgerRecord, RotationEvent } from '@keyturn/core/ledger';

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
  'identified',
]);

/** What a person did, or what ends well. */
const NOTES: ReadonlySet<string> = new Set([
  'adopted',
  'absent',
  'aborted',
  'forgotten',
  'moved',
  'outdated',
  'handed-over',
]);

/** What is out of the ordinary about a record; undefined where nothing is. */
export function incidentOf({ event, at }: LedgerRecord): Incident | undefined {
  const text = textOf(event);
  return text === undefined ? undefined : { at, text, kind: isNote(event) ? 'note' : 'trouble' };
}

function isNote(event: RotationEvent): boolean {
  if (event.type === 'looked') return event.shows === 'same';
  if (event.type === 'missed') return !event.missing;
  return NOTES.has(event.type) || event.type === 'opened';
}

function textOf(event: RotationEvent): string | undefined {
  if (event.type === 'opened' && event.from !== undefined)
    return `a person had it go on with the ledger of ${event.from}`;
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
    case 'looked':
      return lookText(event);
    case 'missed':
      return event.missing
        ? `${event.token} was deleted at its issuer by somebody else`
        : `${event.token} is there again`;
    case 'moved':
      return `what ${event.sink} may hold is known as ${event.to} from now on`;
    case 'outdated':
      return `the configuration changed: ${event.sink} is to be written under other names`;
    case 'handed-over':
      return `a person had ${event.to} go on with this ledger`;
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

function lookText({ sink, shows }: Extract<RotationEvent, { type: 'looked' }>): string {
  switch (shows) {
    case 'same':
      return `${sink} shows what keyturn wrote again`;
    case 'different':
      return `${sink} was overwritten by somebody else`;
    case 'absent':
      return `what keyturn wrote to ${sink} was removed by somebody else`;
  }
}

/** A newer keyturn may have written what this one does not know. */
function unknown(event: object): string {
  const { type, token, sink } = event as Readonly<Record<string, unknown>>;
  const about = [token, sink].filter((one) => typeof one === 'string').join(', ');
  return `${String(type)}${about === '' ? '' : `: ${about}`}`;
}
