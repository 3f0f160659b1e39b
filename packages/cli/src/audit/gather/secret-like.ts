import { createHash } from 'node:crypto';

import type { LeakForm } from '@keyturn/core';

/** What tells secrets from other text: ids that a secret may stand beside, and the forms that adapters say theirs have. */
export interface Known {
  readonly ids: ReadonlySet<string>;
  readonly forms: readonly LeakForm[];
}

/** What git is asked for: secrets, and ids. The same for `git grep -E` and `git log -G`; empty if there is nothing to look for. */
export function searchPattern({ ids, forms }: Known): string {
  const plain = [...ids].filter((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id)).slice(0, 2000);
  return [...forms.map(({ pattern }) => pattern), ...plain].join('|');
}

/** One secret in a line. What it is stays here: a hash tells it from others. */
export interface Sighting {
  readonly hash: string;
  readonly isToken: boolean;
  /** The known id in its line, or in the one before or after. */
  readonly token?: string;
}

/** What may stand before a value that was assigned or joined to an id. */
const VALUE = /[:=]\s*["'`]?([A-Za-z0-9_=.-]{32,128})(?![A-Za-z0-9_=.-])/g;

/** The secrets in a line, judged with its neighbours. */
export function secretsIn(
  line: string,
  neighbours: readonly string[],
  { ids, forms }: Known,
): Sighting[] {
  const own = idIn(line, ids);
  const token = own ?? neighbours.map((one) => idIn(one, ids)).find((id) => id !== undefined);
  const beside = token === undefined ? {} : { token };
  const tokens = forms.flatMap((form) =>
    [...line.matchAll(new RegExp(form.pattern, 'g'))]
      .map(([text]) => text)
      .filter((text) => !isPlaceholder(text, form)),
  );
  if (tokens.length > 0)
    return tokens.map((text) => ({ hash: hash(text), isToken: true, ...beside }));
  if (token === undefined) return [];
  return [...line.matchAll(VALUE)]
    .map(([, value = '']) => value)
    .filter((value) => !ids.has(value) && looksRandom(value))
    .map((value) => ({ hash: hash(value), isToken: false, ...beside }));
}

/** Text in which no token can be read any more: a name of a file may hold one. */
export function withoutTokens(text: string, forms: readonly LeakForm[]): string {
  return forms.reduce(
    (rest, { pattern }) => rest.replaceAll(new RegExp(pattern, 'g'), '[secret]'),
    text,
  );
}

function idIn(line: string, ids: ReadonlySet<string>): string | undefined {
  return line.match(/[A-Za-z0-9_-]{8,64}/g)?.find((word) => ids.has(word));
}

/** What is random has many more characters that differ than `xxxxxxxx…`. */
function isPlaceholder(token: string, { prefix }: LeakForm): boolean {
  return new Set(token.slice(prefix.length)).size < 8;
}

/** Letters and digits in disorder; digests and our own labels are no secrets. */
function looksRandom(value: string): boolean {
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)) return false;
  if (value.startsWith('keyturn-') || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropy(value) >= 3.5;
}

/** Bits for each character, by how often each stands there. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()]
    .map((count) => count / text.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
