import { formatDuration, type Reason } from '@keyturn/core';

import { displayWidth } from './width.ts';

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

/** Breaks text at spaces, so that no line is longer than it may be; a word that is longer stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Wrapped lines: the first begins with `first`, which may be painted, and the others with `inner`, which is as wide. */
export function hanging(text: string, room: number, first: string, inner: string): string[] {
  const lines = wrap(text, Math.max(20, room - inner.length));
  return lines.map((line, at) => `${at === 0 ? first : inner}${line}`.trimEnd());
}
