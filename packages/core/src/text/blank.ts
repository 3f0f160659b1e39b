import { canonical } from './canonical.ts';

const HIDDEN = '[secret]';
/** What is shared by chance is shorter. */
export const WIDTH = 8;
/** Ids and hashes are hexadecimal too: more is needed to tell. */
const HEX_WIDTH = 12;
/** What every secret of a kind begins with, such as `pscale_tkn_` or `ghp_`, says nothing. */
const MARKER = /^(?:[a-z]{2,6}[-_][a-z]{2,5}[-_]|[a-z]{2,11}[-_]|[A-Z]{2,11}[-_])/;
const PEM = /-----(?:BEGIN|END)[^-]*-----/g;

/** The parts of secrets by which they are found again. */
export interface Parts {
  readonly plain: Set<string>;
  readonly hex: Set<string>;
  /** Which beginnings there are at all: most of a text is passed by without a look at the sets. */
  readonly begins: Uint8Array;
}

export function noParts(): Parts {
  return { plain: new Set(), hex: new Set(), begins: new Uint8Array(BEGINNINGS) };
}

/**
 * Adds every part of eight characters of a secret: as it is, from its end to its start, in hexadecimal, and in base64 wherever it starts
 * within a longer text. One that is shorter has none.
 */
export function addParts(parts: Parts, secret: string): void {
  const { plain, hex, begins } = parts;
  const add = (windows: Set<string>, text: string, width: number): void => {
    for (let at = 0; at + width <= text.length; at++) {
      windows.add(text.slice(at, at + width));
      begins[beginning(text, at)] = 1;
    }
  };
  const value = secret.replaceAll(PEM, '');
  const marker = MARKER.exec(value)?.[0].length ?? 0;
  // A marker is no part; half of one with half of what follows is.
  const told = value.slice(Math.max(0, marker - WIDTH / 2));
  const { text } = canonical(told);
  if (text.length < WIDTH) return;
  add(plain, text, WIDTH);
  add(plain, Array.from(text).toReversed().join(''), WIDTH);
  const bytes = Buffer.from(told);
  // A server may have taken UTF-8 for Latin-1.
  if (bytes.length !== told.length) add(plain, canonical(bytes.toString('latin1')).text, WIDTH);
  add(hex, bytes.toString('hex'), HEX_WIDTH);
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
    // What its neighbours change is cut off.
    add(plain, encoded.slice(shift === 0 ? 0 : shift + 1, -1).toLowerCase(), WIDTH);
  }
}

const BEGINNINGS = 65_536;

function beginning(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 8191 + text.charCodeAt(at + 1) * 127 + text.charCodeAt(at + 2)) %
    BEGINNINGS
  );
}

/** Blanks every part that stands in a text, escaped, in other capitals or with blanks in between. JSON stays JSON. */
export function withoutParts(source: string, { plain, hex, begins }: Parts): string {
  if (plain.size === 0) return source;
  const { text, starts, ends } = canonical(source);
  let result = '';
  let kept = 0;
  let open: [from: number, to: number] | undefined;
  const close = (): void => {
    if (open === undefined) return;
    result += source.slice(kept, starts[open[0]]) + HIDDEN;
    kept = ends[open[1] - 1] ?? source.length;
    open = undefined;
  };
  for (let at = 0; at + WIDTH <= text.length; at++) {
    if (begins[beginning(text, at)] === 0) continue;
    const width = plain.has(text.slice(at, at + WIDTH))
      ? WIDTH
      : hex.has(text.slice(at, at + HEX_WIDTH))
        ? HEX_WIDTH
        : 0;
    if (width === 0) continue;
    if (open !== undefined && at > open[1]) close();
    open = [open?.[0] ?? at, Math.max(open?.[1] ?? 0, at + width)];
  }
  close();
  return result + source.slice(kept);
}
