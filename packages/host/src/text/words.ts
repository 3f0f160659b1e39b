import { formatDuration } from '@keyturn/core/unstable';

const MOST_LISTED = 10;

/** Lists some ids, and counts the rest. */
export function listed(ids: readonly string[], most: number = MOST_LISTED): string {
  const more = ids.length > most ? ` and ${ids.length - most} more` : '';
  return `${ids.slice(0, most).join(', ')}${more}`;
}

/** A message about a sink, with its id in front. Most messages begin with it; it is not repeated. */
export function about(id: string, message: string): string {
  return message.startsWith(`${id}:`) ? message : `${id}: ${message}`;
}

/** `1 sink`, `3 sinks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A duration in its largest unit only: `89d`. */
export function roughly(milliseconds: number): string {
  return formatDuration(milliseconds).split(' ', 1)[0] ?? '';
}

/** A time for people, in UTC: `2026-11-24 09:30 UTC`. */
export function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
