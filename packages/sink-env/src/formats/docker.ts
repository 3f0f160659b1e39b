import { isUtf8 } from 'node:buffer';

import {
  type Assignment,
  endOfLine,
  type Format,
  lastValues,
  nextLine,
  type Rejection,
  type Scan,
} from './format.ts';
import { MOST_BYTES, NAME } from './limits.ts';

/** Go's `unicode.IsSpace`, with one character per byte. */
const SPACE =
  /(?:[ \t\v\f\r]|\u00c2[\u0085\u00a0]|\u00e1\u009a\u0080|\u00e2\u0080[\u0080-\u008a\u00a8\u00a9\u00af]|\u00e2\u0081\u009f|\u00e3\u0080\u0080)*/
    .source;
// A bare NAME takes its value from the environment of `docker run`.
const LINE = new RegExp(`^(${SPACE})([^=]*)(?:=([^]*))?$`);
/** docs: Go's bufio.MaxScanTokenSize; a line with its line feed has to fit. */
const LONGEST_LINE = 64 * 1024 - 1;

/** What `docker run --env-file` reads. docs: docker/cli, pkg/kvfile: no quotes, no comments after values, no expansion. */
export const dockerFormat: Format = {
  limits: {
    name: NAME,
    // A lone surrogate has no UTF-8 form; a carriage return at the end would become part of the line break.
    value: /^(?![^]*\p{Surrogate})[^\n\0]*(?<!\r)$/u,
    maxBytes: MOST_BYTES,
  },
  skipsMark: true,
  continues: false,
  scan,
  line: (name, value, old) => `${old?.head ?? `${name}=`}${value}`,
  read: (text) => lastValues(scan(text)),
};

function scan(text: string): Scan {
  const assignments: Assignment[] = [];
  let rejected: Rejection | undefined;
  for (let start = 0; start < text.length; start = nextLine(text, start)) {
    const end = endOfLine(text, start);
    const line = text.slice(start, end);
    const [, indent = '', name = '', value] = LINE.exec(line) ?? [];
    const isSkipped = name.startsWith('#') || (name === '' && value === undefined);
    const reason = reasonAgainst(line, end - start, isSkipped ? undefined : name);
    if (reason !== undefined) rejected ??= { by: 'docker', at: start, reason };
    if (isSkipped || reason === 'no name' || reason === 'space') continue;
    assignments.push({ name, start, end, head: `${indent}${name}=`, quote: '', value, tail: '' });
  }
  return { assignments, unclear: new Map(), ...(rejected && { rejected }) };
}

/** @param name undefined if docker skips the line */
function reasonAgainst(
  line: string,
  length: number,
  name: string | undefined,
): Rejection['reason'] | undefined {
  if (length > LONGEST_LINE) return 'length';
  if (!isUtf8(Buffer.from(line, 'latin1'))) return 'bytes';
  if (name === '') return 'no name';
  return name !== undefined && /[ \t]/.test(name) ? 'space' : undefined;
}
