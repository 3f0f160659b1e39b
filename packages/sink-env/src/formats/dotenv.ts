import { parseEnv } from 'node:util';

import { MOST_BYTES, NAME } from './limits.ts';
import {
  type Assignment,
  endOfLine,
  type Format,
  nextLine,
  PLAIN,
  type Quote,
  type Scan,
  withoutGap,
} from './format.ts';

// Patterns that match spaces ambiguously would take hours for a file full of spaces.
const HEAD = /[ \t]*(?:export[ \t]+)?([^\s=#][^=\n]*)=[ \t]*/y;
/** Some parsers read this as an assignment too. */
const COLON = /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*:/y;

/**
 * The format that Node's `util.parseEnv` reads. It turns `\n` in double quotes into a line break, has no escaped quotes, and
 * drops carriage returns, so no value can contain one.
 */
export const dotenvFormat: Format = {
  limits: {
    name: NAME,
    value:
      /^(?![^]*[\p{Surrogate}\r\0])(?:[^']*|[^`]*|(?:(?!\\n)[^"])*|(?![ \t'"`])[^#\n]*(?<![ \t]))$/u,
    maxBytes: MOST_BYTES,
  },
  skipsMark: false,
  continues: true,
  scan,
  line(name, value, old, _, others) {
    const { head = `${exported(others)}${name}=`, tail = '', quote = '' } = old ?? {};
    const start = withoutGap(withoutTab(head));
    return `${start}${written(value, quote, start + tail)}${tail}`;
  },
  read,
};

const EXPORT = /^[ \t]*export[ \t]/;

/** If a line is exported, a shell sources the file, and the programs it starts need the new names too. */
function exported(others: readonly Assignment[]): string {
  return others.some(({ head }) => EXPORT.test(head)) ? 'export ' : '';
}

/** Node does not accept a tab after `export`. */
function withoutTab(head: string): string {
  return head.replace(/^([ \t]*export)[ \t]*\t[ \t]*/, '$1 ');
}

/** In these quotes, parsers that expand variables or support escapes read the same value. */
const careful: Readonly<Record<Quote, RegExp>> = {
  '': PLAIN,
  "'": /^[^']*$/,
  '"': /^[^"\\$`]*$/,
  '`': /^[^`]*$/,
};

function written(value: string, old: Quote, around: string): string {
  // After `export` or before a space, Node misreads a missing value.
  if (value === '' && old === '' && /[ \t]/.test(around)) return "''";
  const fits = (quote: Quote): boolean => careful[quote].test(value);
  const quote = ([old, '', "'", '"', '`'] as const).find(fits);
  if (quote !== undefined) return `${quote}${value}${quote}`;
  return /"|\\n/.test(value) ? value : `"${value}"`;
}

/**
 * Texts have one character per byte, which does not matter to the parser: its syntax is ASCII. If a value is empty or a tab follows,
 * the parser takes `export` as part of the name; nobody can use such a name.
 */
function read(text: string): ReadonlyMap<string, string | undefined> {
  return new Map(Object.entries(parseEnv(text)).filter(([name]) => !EXPORT.test(name)));
}

function scan(text: string): Scan {
  const assignments: Assignment[] = [];
  const unclear = new Map<string, number>();
  for (let start = 0, end = 0; start < text.length; start = nextLine(text, end)) {
    HEAD.lastIndex = start;
    const [head, name = ''] = HEAD.exec(text) ?? [];
    COLON.lastIndex = start;
    const colon = COLON.exec(text)?.[1];
    if (colon !== undefined) unclear.set(colon, start);
    if (head === undefined) {
      end = endOfLine(text, start);
      continue;
    }
    const found = { name: trimmed(name), start, head, ...readValue(text, start + head.length) };
    assignments.push(found);
    end = found.end;
  }
  return { assignments, unclear };
}

type Value = Pick<Assignment, 'end' | 'quote' | 'value' | 'tail'>;

function readValue(text: string, at: number): Value {
  const first = text[at];
  const close = isQuote(first) ? text.indexOf(first, at + 1) : -1;
  if (isQuote(first) && close > 0) {
    const end = endOfLine(text, close);
    const inside = text.slice(at + 1, close).replaceAll('\r', '');
    const rest = text.slice(close + 1, end);
    return {
      end,
      quote: first,
      value: first === '"' ? inside.replaceAll('\\n', '\n') : inside,
      // Anything but a comment could be the rest of the old value, for parsers that support escaped quotes.
      tail: /^[ \t]*#/.test(rest) ? spaced(rest) : '',
    };
  }
  const end = endOfLine(text, at);
  const rest = text.slice(at, end);
  const hash = rest.indexOf('#');
  const isSpaced = /[ \t]/.test(text[at - 1] ?? '');
  return {
    end,
    quote: '',
    value: trimmed(rest.slice(0, hash < 0 ? undefined : hash).replaceAll('\r', '')),
    // Without a space before it, other parsers read it as part of the value.
    tail: hash === 0 && isSpaced ? spaced(rest) : commentOf(rest),
  };
}

/** Shells read a `#` without a space before it as part of the value. */
function spaced(comment: string): string {
  return comment.startsWith('#') ? ` ${comment}` : comment;
}

/** The text from the first `#` after spaces to the end, including the spaces. */
function commentOf(rest: string): string {
  let hash = rest.indexOf('#');
  while (hash >= 0 && !isBlank(rest[hash - 1])) hash = rest.indexOf('#', hash + 1);
  let start = hash;
  while (start > 0 && isBlank(rest[start - 1])) start--;
  return hash < 0 ? '' : rest.slice(start);
}

function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function isQuote(character: string | undefined): character is Exclude<Quote, ''> {
  return character === "'" || character === '"' || character === '`';
}
