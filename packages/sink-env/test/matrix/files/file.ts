import type { FormatName } from '../../../src/formats/formats.ts';

/** A file as people have it. Its text has one character per byte. */
export interface EnvText {
  readonly format: FormatName;
  /** What is special about it. */
  readonly what: string;
  readonly text: string;
}

/** @param texts what is special about each file, and its text */
export function files(format: FormatName, texts: Readonly<Record<string, string>>): EnvText[] {
  return Object.entries(texts).map(([what, text]) => ({
    format,
    what,
    text: Buffer.from(text, 'utf8').toString('latin1'),
  }));
}

/** With CRLF line breaks. */
export const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
export const BOM = '\ufeff';
