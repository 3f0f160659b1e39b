import type { Output } from '../host.ts';
import { folded } from './fold.ts';
import { painter, roomOf } from './style.ts';

const CONTEXT = 2;

interface Line {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** The differences between two texts, line by line, with a few lines of context. */
export function diffText(before: string, after: string, output: Output): string {
  const paint = painter(output);
  const room = roomOf(output) - 4;
  const lines = compareLines(linesOf(before), linesOf(after));
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' ');
  let isGap = false;
  const shown: string[] = [];
  for (const [at, { mark, text }] of lines.entries()) {
    if (isNear(at)) {
      const [first = '', ...rest] = folded(text, room).split('\n');
      const line = [`  ${mark} ${first}`, ...rest.map((one) => `    ${one}`)]
        .map((one) => one.trimEnd())
        .join('\n');
      shown.push(mark === ' ' ? paint('dim', line) : paint(mark === '+' ? 'green' : 'red', line));
    } else if (!isGap) shown.push(paint('dim', '  …'));
    isGap = !isNear(at);
  }
  return `${shown.join('\n')}\n`;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** The lines of both texts, common ones once (longest common subsequence). Equal lines at both ends are set aside first to keep the table small. */
export function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function middle(a: readonly string[], b: readonly string[]): Line[] {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i++] ?? '' });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push({ mark: '-', text: a[i++] ?? '' });
    else lines.push({ mark: '+', text: b[j++] ?? '' });
  }
  return lines;
}
