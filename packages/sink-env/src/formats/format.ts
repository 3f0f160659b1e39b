import type { SinkLimits } from '@keyturn/core';

/**
 * One assignment in a file. `head + … + tail` is its line, or its lines where the value has several, without the line
 * break. Texts of files have one character for each byte, so that what is not ours stays byte for byte, valid or not.
 */
export interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Everything before the value. */
  readonly head: string;
  readonly quote: Quote;
  /** Undefined where only running the file would tell it. */
  readonly value: string | undefined;
  /** A comment behind the value, with the space before it. */
  readonly tail: string;
}

export type Quote = '' | "'" | '"' | '`';
export type LineBreak = '\n' | '\r\n';

export interface Scan {
  /** In the order of the file; a name may stand several times. */
  readonly assignments: readonly Assignment[];
  /** Where a name is set in a way that is not understood, as an offset: by name, or for `*` by any. */
  readonly unclear: ReadonlyMap<string, number>;
}

/** How a kind of env file is read and written. */
export interface Format {
  readonly limits: SinkLimits;
  readonly scan: (text: string) => Scan;
  /** The line that sets a name, in the manner of the one that it replaces; a new one in that of the `others`. */
  readonly line: (
    name: string,
    value: string,
    old: Assignment | undefined,
    lineBreak: LineBreak,
    others: readonly Assignment[],
  ) => string;
  /** What a program reads, by name; undefined where only running the file would tell. */
  readonly read: (text: string) => ReadonlyMap<string, string | undefined>;
}

/** Values that every reader takes as they are, without quotes. */
export const PLAIN = /^[\w./:@%+,=-]*$/;

/** Where the line that `at` stands on ends, without its line break. */
export function endOfLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  if (lineFeed < 0) return text.length;
  return lineFeed > at && text[lineFeed - 1] === '\r' ? lineFeed - 1 : lineFeed;
}

/** Where the line after that begins. */
export function nextLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

export function lastValues({ assignments }: Scan): ReadonlyMap<string, string | undefined> {
  return new Map(assignments.map(({ name, value }) => [name, value]));
}
