import { addParts, noParts, WIDTH, withoutParts, type Parts } from './blank.ts';

/** A process that lives long forgets what it knew first. */
const MOST = 512;
const SHORTEST = 12;
const KNOWN = Symbol.for('keyturn.known');

interface Known {
  values: Set<string>;
  /** Made when a text is printed; undefined after a change. */
  parts: Parts | undefined;
}

/** The secrets of this process: by a registered symbol, since two copies of core may be installed. */
function known(): Known {
  const holder = globalThis as { [KNOWN]?: Known };
  return (holder[KNOWN] ??= { values: new Set(), parts: undefined });
}

/**
 * Remembers a secret of this process, so that it is blanked wherever text from outside is printed, whatever was done to it. One of fewer
 * than 12 characters is not.
 *
 * @param besides what stands in it that is no secret, such as the id in `id:token`
 */
export function remember(secret: string, besides: readonly string[] = []): void {
  const pieces = besides
    .filter(({ length }) => length >= WIDTH)
    .reduce<readonly string[]>(
      (parts, one) => parts.flatMap((part) => part.split(one)),
      [secretIn(secret)],
    )
    .map((piece) => piece.replaceAll(/^[:=@\s]+|[:=@\s]+$/g, ''));
  const { values } = known();
  for (const piece of pieces) {
    if (piece.length < SHORTEST || values.has(piece)) continue;
    values.add(piece);
    known().parts = undefined;
  }
  if (values.size > MOST) known().values = new Set([...values].slice(MOST / 2));
}

/**
 * Blanks every secret that is remembered, and its parts of eight characters and more, in the forms in which an echo may have them.
 *
 * @param others secrets besides. One that has a remembered one in it, such as `id:token`, is blanked by that: the rest of it is none
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

/** The scheme, the user and the host of an address are none. */
function secretIn(value: string): string {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(value) || !URL.canParse(value)) return value;
  const { password, pathname, search } = new URL(value);
  return password === '' ? `${pathname}${search}` : password;
}
