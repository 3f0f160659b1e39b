import { isUtf8 } from 'node:buffer';

import {
  type Assignment,
  endOfLine,
  type Format,
  lastValues,
  PLAIN,
  type Quote,
  type Scan,
  withoutGap,
} from './format.ts';
import { MOST_BYTES, NAME } from './limits.ts';

/**
 * What systemd reads for `EnvironmentFile=`. docs: systemd.exec(5), and systemd's src/basic/env-file.c: no `export`, no comments after
 * values, no expansion; adjacent quoted parts are joined, and a carriage return ends a line.
 */
export const systemdFormat: Format = {
  limits: { name: NAME, value: /^(?![^]*[\p{Surrogate}\0])/u, maxBytes: MOST_BYTES },
  skipsMark: false,
  continues: true,
  scan,
  line: (name, value, old) =>
    `${withoutGap(old?.head ?? `${name}=`)}${written(value, old?.quote ?? '')}`,
  read(text) {
    const { assignments, unclear } = scan(text);
    const values = [...lastValues({ assignments })];
    return new Map(values.map(([name, value]) => [name, unclear.has(name) ? undefined : value]));
  },
};

function written(value: string, old: Quote): string {
  if (old === '' && PLAIN.test(value)) return value;
  if (old !== '"' && !value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;
}

interface Line extends Assignment {
  readonly isClosed: boolean;
}

function scan(text: string): Scan {
  const lines = [...linesOf(text, '')];
  const assignments = lines.filter(({ name }) => NAME.test(name));
  const unclear = new Map<string, number>();
  // Before v254, a comment that ends in a backslash went on in the next line.
  const older = new Map([...linesOf(text, '\\')].map((line) => [line.start, line]));
  for (const line of lines) {
    const { name, start, value, isClosed } = line;
    // Ignored by systemd, but it may be the line that somebody means.
    const exported = /^export[ \t]+(\w+)$/.exec(name)?.[1];
    if (exported !== undefined) unclear.set(exported, start);
    const other = older.get(start);
    if (other?.name !== name || other.value !== value) unclear.set(name, start);
    older.delete(start);
    if (!isClosed) unclear.set('*', start);
  }
  for (const { name, start } of older.values()) unclear.set(name, start);
  const invalid = lines.find(
    ({ name, value = '' }) => !isUtf8(Buffer.from(name + value, 'latin1')),
  );
  return {
    assignments,
    unclear,
    ...(invalid && { rejected: { by: 'systemd', at: invalid.start, reason: 'bytes' } }),
  };
}

const INDENT = /[ \t\r\n]*/y;
const COMMENTS = { '': /[#;][^\r\n]*/y, '\\': /[#;](?:\\[^]|[^\\\r\n])*/y } as const;
const HEAD = /([^\r\n][^=\r\n]*)=[ \t]*/y;
const WORDS = /[^\r\n]*/y;
const QUOTED = /(?:'[^']*'|"(?:[^"\\]|\\[^])*"|[ \t])*/y;
/** Only after `QUOTED`, which has taken every quote that is closed. */
const OPEN = /'[^']*|"(?:[^"\\]|\\[^])*\\?/y;
const BARE = /(?:\\[^]|[^\\\r\n])*\\?/y;

/** @param continues what continues a comment in the next line */
function* linesOf(text: string, continues: keyof typeof COMMENTS): Iterable<Line> {
  for (let at = 0; at < text.length;) {
    at += match(INDENT, text, at).length;
    const comment = match(COMMENTS[continues], text, at);
    HEAD.lastIndex = at;
    const [head, name = ''] = comment === '' ? (HEAD.exec(text) ?? []) : [];
    if (head === undefined) {
      at += comment.length + (comment === '' ? match(WORDS, text, at).length : 0);
      continue;
    }
    const start = lineStart(text, at);
    const from = at + head.length;
    const quoted = match(QUOTED, text, from);
    const open = match(OPEN, text, from + quoted.length);
    const bare = open === '' ? match(BARE, text, from + quoted.length) : '';
    at = from + quoted.length + open.length + bare.length;
    const end = open === '' ? at : endOfLine(text, at);
    const raw = text.slice(from, end);
    yield {
      name: name.replace(/[ \t]+$/, ''),
      start,
      end,
      head: text.slice(start, from),
      quote: /^(['"])(?:(?!\1)[^])*\1$/.test(raw) ? (raw[0] as Quote) : '',
      value: unquoted(quoted + open) + unescaped(bare),
      tail: '',
      isClosed: open === '',
    };
  }
}

function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The value of adjacent quoted parts; what is between them does not count. */
function unquoted(parts: string): string {
  return parts.replaceAll(
    /'([^']*)'?|"((?:[^"\\]|\\[^])*)\\?"?|[ \t]+/g,
    (_, single?: string, double?: string) =>
      single ??
      (double ?? '').replaceAll(/\\([^])/g, (pair, character: string) =>
        character === '\n' ? '' : '"\\$`'.includes(character) ? character : pair,
      ),
  );
}

/** The value without quotes: a backslash keeps the next character, but hides a line break. Blanks at the end do not count. */
function unescaped(bare: string): string {
  const kept = /^(?:[ \t]*(?:\\(?:[^]|$)|[^\\ \t]))*/.exec(bare)?.[0] ?? '';
  return kept.replaceAll(/\\([^]|$)/g, (_, character: string) =>
    character === '\n' || character === '\r' ? '' : character,
  );
}
