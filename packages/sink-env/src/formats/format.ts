import type { SinkLimits } from '@keyturn/core';

/**
 * One assignment in a file. `head + … + tail` is its line or lines, without the line break. Texts of files have one character per
 * byte, so that everything else stays the same byte for byte, valid or not.
 */
export interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Everything before the value. */
  readonly head: string;
  readonly quote: Quote;
  /** Undefined if only running the file would show it. */
  readonly value: string | undefined;
  /** A comment after the value, with the space before it. */
  readonly tail: string;
}

export type Quote = '' | "'" | '"' | '`';
export type LineBreak = '\n' | '\r\n';

export interface Scan {
  /** In the order of the file; a name may occur several times. */
  readonly assignments: readonly Assignment[];
  /** Offsets of assignments that cannot be parsed, by name; `*` means any name. */
  readonly unclear: ReadonlyMap<string, number>;
  /** The first line for which the program that reads the file rejects all of it. */
  readonly rejected?: Rejection;
}

export interface Rejection {
  readonly by: 'docker' | 'systemd';
  readonly at: number;
  readonly reason: 'bytes' | 'length' | 'no name' | 'space';
}

/** How a kind of env file is read and written. */
export interface Format {
  readonly limits: SinkLimits;
  /** Whether the programs that read the file skip a byte order mark. */
  readonly skipsMark: boolean;
  /** Whether some of them continue a line that ends in a backslash. */
  readonly continues: boolean;
  readonly scan: (text: string) => Scan;
  /** The line that sets a name, in the style of the one that it replaces, or of the `others` if it is new. */
  readonly line: (
    name: string,
    value: string,
    old: Assignment | undefined,
    lineBreak: LineBreak,
    others: readonly Assignment[],
  ) => string;
  /** What a program reads, by name; undefined if only running the file would show it. */
  readonly read: (text: string) => ReadonlyMap<string, string | undefined>;
}

/** Values that every parser reads unchanged without quotes. */
export const PLAIN = /^[\w./:@%+,=-]*$/;

/** A shell runs what follows a space after the sign as a command. */
export function withoutGap(head: string): string {
  return head.replace(/(?<![ \t])=[ \t]+$/, '=');
}

/** The end of the line at `at`, without its line break. */
export function endOfLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  if (lineFeed < 0) return text.length;
  return lineFeed > at && text[lineFeed - 1] === '\r' ? lineFeed - 1 : lineFeed;
}

/** The start of the next line. */
export function nextLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

export function lastValues({
  assignments,
}: Pick<Scan, 'assignments'>): ReadonlyMap<string, string | undefined> {
  return new Map(assignments.map(({ name, value }) => [name, value]));
}
