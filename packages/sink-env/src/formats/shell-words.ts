import { endOfLine, nextLine, PLAIN, type Quote } from './format.ts';

/** One shell word, as far as it can be parsed without running it. */
export interface Word {
  readonly end: number;
  /** The quotes around the whole word. */
  readonly quote: Quote;
  /** Undefined if something would be expanded. */
  readonly value: string | undefined;
}

const SINGLE = /'[^']*'/y;
const DOUBLE = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
/** Bash: quotes with their own escapes. */
const DOLLAR = /\$'[^'\\]*(?:\\[^][^'\\]*)*'/y;
const ESCAPED = /\\[^]/y;
const BARE = /[^\s'"\\;&|<>()`$]+/y;
const VARIABLE = /\$(?:\w+|\{[^}\s'"`]*\}|[?#@*$!-])/y;

/** Reads the word at `at`, which may be empty. docs: POSIX, Shell Command Language, 2.2 Quoting. */
export function readWord(text: string, at: number): Word {
  let [end, value, pieces, quote]: [number, string | undefined, number, Quote] = [at, '', 0, ''];
  for (;;) {
    const piece = readPiece(text, end);
    if (piece === undefined) return { end, quote: pieces === 1 ? quote : '', value };
    const { raw, meaning } = piece;
    value = value === undefined || meaning === undefined ? undefined : value + meaning;
    quote = raw[0] === "'" || raw[0] === '"' ? raw[0] : '';
    pieces += 1;
    end += raw.length;
  }
}

function readPiece(
  text: string,
  at: number,
): { raw: string; meaning: string | undefined } | undefined {
  const single = match(SINGLE, text, at);
  if (single !== undefined) return { raw: single, meaning: single.slice(1, -1) };
  const double = match(DOUBLE, text, at);
  if (double !== undefined) return { raw: double, meaning: unquoted(double.slice(1, -1)) };
  const escaped = match(ESCAPED, text, at);
  if (escaped !== undefined) return { raw: escaped, meaning: escaped.slice(1).replace('\n', '') };
  const bare = match(BARE, text, at);
  if (bare !== undefined) return { raw: bare, meaning: PLAIN.test(bare) ? bare : undefined };
  const expanded = match(DOLLAR, text, at) ?? match(VARIABLE, text, at);
  return expanded === undefined ? undefined : { raw: expanded, meaning: undefined };
}

function unquoted(inside: string): string | undefined {
  if (/[$`]/.test(inside.replaceAll(/\\[^]/g, ''))) return undefined;
  return inside.replaceAll(/\\([$`"\\\n])/g, (_, character: string) =>
    character === '\n' ? '' : character,
  );
}

export interface Command {
  /** Its text without comments and here-documents. */
  readonly code: string;
  /** The start of the next line. */
  readonly end: number;
  /** False if a quote or a here-document is not closed. */
  readonly isWhole: boolean;
}

const COMMENT = /(?<![^\s;&|()])#[^\n]*/y;
const HERE = /<<(?!<)(-?)[ \t]*\\?(['"]?)([A-Za-z_]\w*)\2/y;
const OTHER = /[^'"\\#<$\n]+|[#<$]/y;

/** Skips to the first line break outside quotes, and over the here-documents that follow it. */
export function skipCommand(text: string, start: number): Command {
  const documents: RegExpExecArray[] = [];
  let [at, code] = [start, ''];
  while (at < text.length && text[at] !== '\n') {
    const comment = match(COMMENT, text, at);
    HERE.lastIndex = at;
    const here = text.startsWith('<<<', at) ? null : HERE.exec(text);
    const piece =
      comment ?? here?.[0] ?? (text.startsWith('<<<', at) ? '<<<' : readToken(text, at));
    if (piece === undefined) return { code: text.slice(start), end: text.length, isWhole: false };
    if (here !== null) documents.push(here);
    if (comment === undefined) code += piece;
    at += piece.length;
  }
  at = Math.min(at + 1, text.length);
  for (const here of documents) {
    const end = endOfDocument(text, at, here);
    if (end === undefined) return { code, end: text.length, isWhole: false };
    at = end;
  }
  return { code, end: at, isWhole: true };
}

function readToken(text: string, at: number): string | undefined {
  for (const token of [SINGLE, DOUBLE, DOLLAR, ESCAPED, OTHER]) {
    const found = match(token, text, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The start of the line after a here-document. */
function endOfDocument(
  text: string,
  start: number,
  [, dash, , word]: RegExpExecArray,
): number | undefined {
  for (let at = start; at < text.length; at = nextLine(text, at)) {
    const line = text.slice(at, endOfLine(text, at)).replace(/\r$/, '');
    if ((dash === '-' ? line.replace(/^\t+/, '') : line) === word) return nextLine(text, at);
  }
  return undefined;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
