import type { LedgerRecord, RotationEvent } from '@keyturn/core/ledger';

import { incidents } from '../messages.ts';
import type { Incident } from './story.ts';

/** Events that are shown elsewhere, or need not be shown. */
const ORDINARY: ReadonlySet<string> = new Set([
  'opened',
  'started',
  'issued',
  'granted',
  'verified',
  'sending',
  'delivered',
  'stamped',
  'settled',
  'completed',
  'revoking',
  'revoked',
  'finished',
  'identified',
]);

/** What somebody did, or what ends well. */
const NOTES: ReadonlySet<string> = new Set([
  'adopted',
  'absent',
  'aborted',
  'forgotten',
  'moved',
  'outdated',
  'handed-over',
]);

/** What is out of the ordinary about a record; undefined if nothing is. */
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
  if (event.type === 'opened' && event.from !== undefined) return incidents.continued(event.from);
  if (ORDINARY.has(event.type) || (event.type === 'tried' && event.ok)) return undefined;
  switch (event.type) {
    case 'adopted':
      return incidents.adopted(event.token.id);
    case 'declined':
      return incidents.declined(event.code);
    case 'lost':
      return /^[A-Z_]+$/.test(event.reason)
        ? incidents.answerLost(event.reason)
        : incidents.lost(event.reason);
    case 'found':
      return incidents.found(event.token.id);
    case 'absent':
      return incidents.absent(event.label);
    case 'rejected':
      return incidents.rejected(event.token, event.code);
    case 'undelivered':
      return event.effect === 'none'
        ? incidents.notWritten(event.sink, event.code)
        : incidents.unanswered(event.sink, event.code);
    case 'drifted':
      return incidents.drifted(event.sink);
    case 'looked':
      return lookText(event);
    case 'missed':
      return event.missing
        ? incidents.missing(event.token, event.disabled)
        : incidents.back(event.token);
    case 'moved':
      return incidents.moved(event.sink, event.to);
    case 'outdated':
      return incidents.outdated(event.sink);
    case 'handed-over':
      return incidents.handedOver(event.to);
    case 'condemned':
      return incidents.leaked(event.token);
    case 'tried':
      return incidents.trialFailed(event.sink, event.token);
    case 'aborted':
      return incidents.aborted();
    case 'forgotten':
      return incidents.forgotten(event.sink);
    default:
      return unknown(event);
  }
}

function lookText({ sink, shows }: Extract<RotationEvent, { type: 'looked' }>): string {
  switch (shows) {
    case 'same':
      return incidents.sameAgain(sink);
    case 'different':
      return incidents.overwritten(sink);
    case 'absent':
      return incidents.removed(sink);
  }
}

/** For events of a newer keyturn that this version does not know. */
function unknown(event: object): string {
  const { type, token, sink } = event as Readonly<Record<string, unknown>>;
  const about = [token, sink].filter((one) => typeof one === 'string').join(', ');
  return `${String(type)}${about === '' ? '' : `: ${about}`}`;
}
