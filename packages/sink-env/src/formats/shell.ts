import { MOST_BYTES, NAME } from './limits.ts';
import {
  type Assignment,
  endOfLine,
  type Format,
  lastValues,
  PLAIN,
  type Quote,
  type Scan,
} from './format.ts';
import { readWord, skipCommand } from './shell-words.ts';

const HEAD = /[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=/y;
const TAIL = /(?:[ \t]+#[^\n]*|[ \t]*\r?)(?=\n|$)/y;
const SETS = /(?<![\w$-])([A-Za-z_]\w*)\+?=/g;

/** The format of a file that a shell sources: assignments on separate lines, with or without `export`. */
export const shellFormat: Format = {
  limits: {
    name: NAME,
    value: /^(?![^]*[\p{Surrogate}\0])/u,
    maxBytes: MOST_BYTES,
  },
  skipsMark: false,
  continues: true,
  scan,
  line(name, value, old, lineBreak) {
    const { head = `export ${name}=`, tail = '', quote = "'" } = old ?? {};
    // A shell reads the carriage return as part of the value, unless it is in a comment.
    const comment = tail === '' && lineBreak === '\r\n' ? ' #' : tail;
    return `${head}${written(value, quote)}${comment}`;
  },
  read: (text) => lastValues(scan(text)),
};

function written(value: string, old: Quote): string {
  if (old === '' && value !== '' && PLAIN.test(value)) return value;
  if (old === '"' && /^[^"\\$`!]*$/.test(value)) return `"${value}"`;
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** Skips lines that are not plain assignments; a name that they set is unclear. */
function scan(text: string): Scan {
  const assignments: Assignment[] = [];
  const unclear = new Map<string, number>();
  for (let at = 0; at < text.length;) {
    const assignment = readAssignment(text, at);
    if (assignment !== undefined) {
      assignments.push(assignment);
      at = text.indexOf('\n', assignment.end) + 1 || text.length;
      continue;
    }
    const { code, end, isWhole } = skipCommand(text, at);
    for (const [, name = ''] of code.matchAll(SETS)) unclear.set(name, at);
    if (!isWhole) unclear.set('*', at);
    at = end;
  }
  return { assignments, unclear };
}

function readAssignment(text: string, start: number): Assignment | undefined {
  HEAD.lastIndex = start;
  const [head, name = ''] = HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  const word = readWord(text, start + head.length);
  TAIL.lastIndex = word.end;
  const rest = TAIL.exec(text)?.[0];
  if (rest === undefined) return undefined;
  const end = endOfLine(text, word.end);
  const tail = rest.includes('#') ? text.slice(word.end, end) : '';
  const isRead = tail !== '' || !rest.endsWith('\r');
  return {
    name,
    start,
    end,
    head,
    quote: word.quote,
    value: isRead ? word.value : undefined,
    tail,
  };
}
