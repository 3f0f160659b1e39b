import { MOST_BYTES, NAME } from './limits.ts';
import {
  type Assignment,
  endOfLine,
  type Format,
  lastValues,
  nextLine,
  type Scan,
} from './format.ts';

// A bare NAME takes its value from the environment of `docker run`.
const LINE = /^([ \t\v\f\r]*)([^\s=#][^\s=]*)(?:=([^]*))?$/;

/** What `docker run --env-file` reads. docs: docker/cli, pkg/kvfile: no quotes, no comments after values, no expansion. */
export const dockerFormat: Format = {
  limits: {
    name: NAME,
    // A lone surrogate has no UTF-8 form; a carriage return at the end would become part of the line break.
    value: /^(?![^]*\p{Surrogate})[^\n\0]*(?<!\r)$/u,
    maxBytes: MOST_BYTES,
  },
  scan,
  line: (name, value, old) => `${old?.head ?? `${name}=`}${value}`,
  read: (text) => lastValues(scan(text)),
};

function scan(text: string): Scan {
  const assignments: Assignment[] = [];
  for (let start = 0; start < text.length; start = nextLine(text, start)) {
    const end = endOfLine(text, start);
    const [, indent = '', name, value] = LINE.exec(text.slice(start, end)) ?? [];
    if (name === undefined) continue;
    assignments.push({ name, start, end, head: `${indent}${name}=`, quote: '', value, tail: '' });
  }
  return { assignments, unclear: new Map() };
}
