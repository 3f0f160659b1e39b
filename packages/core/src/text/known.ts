import { addParts, noParts, WIDTH, withoutParts, type Parts } from './blank.ts';

/** The maximum number of secrets. The oldest ones are forgotten first. */
const MOST = 512;
const SHORTEST = 12;
const KNOWN = Symbol.for('keyturn.known');

interface Known {
  values: Set<string>;
  /** Computed when a text is printed for the first time, and again after some were forgotten. */
  parts: Parts | undefined;
}

/** The secrets of this process. Shared by all installed copies of core. */
function known(): Known {
  const holder = globalThis as { [KNOWN]?: Known };
  return (holder[KNOWN] ??= { values: new Set(), parts: undefined });
}

/**
 * Remembers a secret, so that it is blanked in all foreign text that is printed, in any encoding. Ignores secrets of fewer than
 * 12 characters.
 *
 * @param besides parts of it that are not secret, such as the ID in `id:token`
 */
export function remember(secret: string, besides: readonly string[] = []): void {
  const pieces = besides
    .filter(({ length }) => length >= WIDTH)
    .reduce<readonly string[]>(
      (parts, one) => parts.flatMap((part) => part.split(one)),
      [secretIn(secret)],
    )
    .map((piece) => piece.replaceAll(/^[:=@\s]+|[:=@\s]+$/g, ''));
  const all = known();
  for (const piece of pieces) {
    if (piece.length < SHORTEST || all.values.has(piece)) continue;
    all.values.add(piece);
    if (all.parts !== undefined) addParts(all.parts, piece);
  }
  if (all.values.size <= MOST) return;
  all.values = new Set([...all.values].slice(MOST / 2));
  all.parts = undefined;
}

/**
 * Blanks all remembered secrets in a text, in any encoding, and parts of them of at least eight characters.
 *
 * @param others additional secrets. If one contains a remembered secret (`id:token`), only that part is blanked.
 */
export function withoutSecrets(text: string, others: readonly string[] = []): string {
  const all = known();
  if (all.parts === undefined) {
    all.parts = noParts();
    for (const value of all.values) addParts(all.parts, value);
  }
  const { parts } = all;
  const blanked = withoutParts(text, parts);
  const unknown = others.filter((one) => withoutParts(one, parts) === one);
  if (unknown.length === 0) return blanked;
  const more = noParts();
  for (const value of unknown) addParts(more, value);
  return withoutParts(blanked, more);
}

/** The scheme, user and host of a URL are not secret. */
function secretIn(value: string): string {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(value) || !URL.canParse(value)) return value;
  const { password, pathname, search } = new URL(value);
  return password === '' ? `${pathname}${search}` : password;
}
