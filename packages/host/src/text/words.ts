import type { Reason } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

const REASONS: Readonly<Record<Reason, string>> = {
  first: 'no token is known yet',
  replaces: 'a token was named to be replaced',
  leaked: 'the token in use leaked',
  forced: '--force',
  drifted: 'somebody else overwrote, removed or deleted what was in use',
  'out-of-step': 'a sink does not have the current token',
  age: 'the token has reached its maximum age',
  expiry: 'the token expires soon',
};

/** Why a token is wanted, in words; a reason that is not known is told as it is. */
export function because(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason] : reason;
}

const MOST_LISTED = 10;

/** Names a few, and says how many more there are. */
export function listed(ids: readonly string[], most: number = MOST_LISTED): string {
  const more = ids.length > most ? ` and ${ids.length - most} more` : '';
  return `${ids.slice(0, most).join(', ')}${more}`;
}

/** What is said of a sink, with its id: most messages begin with it, and it is not told twice. */
export function about(id: string, message: string): string {
  return message.startsWith(`${id}:`) ? message : `${id}: ${message}`;
}

/** `1 sink`, `3 sinks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A duration in its largest unit alone: `89d`. */
export function roughly(milliseconds: number): string {
  return formatDuration(milliseconds).split(' ', 1)[0] ?? '';
}

/** A time as people read it, in UTC: `2026-11-24 09:30 UTC`. */
export function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
