import { createHash } from 'node:crypto';

/** docs: gitleaks and PlanetScale's engineers: the prefix is sure, the length is not. */
const TOKEN = 'pscale_tkn_[A-Za-z0-9_=.-]{16,}';

/** What git is asked for: tokens, and ids that a secret may stand beside. The same for `git grep -E` and `git log -G`. */
export function searchPattern(ids: readonly string[]): string {
  return [TOKEN, ...ids.filter((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id)).slice(0, 2000)].join('|');
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
  ids: ReadonlySet<string>,
): Sighting[] {
  const own = idIn(line, ids);
  const token = own ?? neighbours.map((one) => idIn(one, ids)).find((id) => id !== undefined);
  const beside = token === undefined ? {} : { token };
  const tokens = [...line.matchAll(new RegExp(TOKEN, 'g'))]
    .map(([text]) => text)
    .filter((text) => !isPlaceholder(text));
  if (tokens.length > 0)
    return tokens.map((text) => ({ hash: hash(text), isToken: true, ...beside }));
  if (token === undefined) return [];
  return [...line.matchAll(VALUE)]
    .map(([, value = '']) => value)
    .filter((value) => !ids.has(value) && looksRandom(value))
    .map((value) => ({ hash: hash(value), isToken: false, ...beside }));
}

/** Text in which no token can be read any more: a name of a file may hold one. */
export function withoutTokens(text: string): string {
  return text.replaceAll(new RegExp(TOKEN, 'g'), '[secret]');
}

function idIn(line: string, ids: ReadonlySet<string>): string | undefined {
  return line.match(/[A-Za-z0-9_-]{8,64}/g)?.find((word) => ids.has(word));
}

/** `pscale_tkn_xxxxxxxx…`: what is random has many more characters that differ. */
function isPlaceholder(token: string): boolean {
  return new Set(token.slice('pscale_tkn_'.length)).size < 8;
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
