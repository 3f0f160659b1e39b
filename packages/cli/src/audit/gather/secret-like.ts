import { createHash } from 'node:crypto';

import type { LeakForm } from '@keyturn/core';

/** How to recognize secrets: ids that might be beside a secret, and the forms that adapters declare. */
export interface Known {
  readonly ids: ReadonlySet<string>;
  readonly forms: readonly LeakForm[];
}

/** The pattern for git: secrets and ids, for both `git grep -E` and `git log -G`; empty if there is nothing to search. */
export function searchPattern({ ids, forms }: Known): string {
  const plain = [...ids].filter((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id)).slice(0, 2000);
  return [...forms.map(({ pattern }) => pattern), ...plain].join('|');
}

/** One secret in a line. The value is not kept: a hash identifies it. */
export interface Sighting {
  readonly hash: string;
  readonly isToken: boolean;
  /** The known id in its line, or in the one before or after. */
  readonly token?: string;
}

/** A value that is assigned, or joined to an id. */
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

/** Text without tokens: the name of a file might contain one. */
export function withoutTokens(text: string, forms: readonly LeakForm[]): string {
  return forms.reduce(
    (rest, { pattern }) => rest.replaceAll(new RegExp(pattern, 'g'), '[secret]'),
    text,
  );
}

function idIn(line: string, ids: ReadonlySet<string>): string | undefined {
  return line.match(/[A-Za-z0-9_-]{8,64}/g)?.find((word) => ids.has(word));
}

/** Random text has far more different characters than `xxxxxxxx…`. */
function isPlaceholder(token: string, { prefix }: LeakForm): boolean {
  return new Set(token.slice(prefix.length)).size < 8;
}

/** Letters and digits without order; digests and keyturn's labels are not secrets. */
function looksRandom(value: string): boolean {
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)) return false;
  if (value.startsWith('keyturn-') || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropy(value) >= 3.5;
}

/** Bits per character, by their frequencies. */
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
