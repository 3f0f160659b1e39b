import { printable } from '@keyturn/core';

import type { Output } from '../host.ts';
import { painter, roomOf } from '../output/style.ts';
import { NOTHING_WRONG } from '../messages-of-checks.ts';
import type { Diagnosis } from './diagnosis.ts';
import { count } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';

const MARKS = { ok: '✔', note: '•', warning: '▲', problem: '✖' } as const;
const COLOURS = { ok: 'green', note: 'cyan', warning: 'yellow', problem: 'red' } as const;
const AREA = 11;
const INDENT = AREA + 4;
/** Longer lines are hard to read, no matter how wide the terminal is. */
const WIDEST = 110;
const ENDLESS = 2000;

/** One line for each check, with what to do below it. */
export function diagnosesText(diagnoses: readonly Diagnosis[], output: Output): string {
  const paint = painter(output);
  const room = Math.min(roomOf(output), WIDEST) - INDENT;
  const lines = diagnoses.flatMap(({ area, severity, text, fix }) => {
    const mark = paint(COLOURS[severity], MARKS[severity]);
    return [
      ...hanging(`${mark} ${area.padEnd(AREA)}  `, text, room),
      ...(fix === null ? [] : hanging(' '.repeat(INDENT), fix, room, paint('dim', '→ '))),
    ];
  });
  const [problems, warnings] = (['problem', 'warning'] as const).map(
    (wanted) => diagnoses.filter(({ severity }) => severity === wanted).length,
  ) as [number, number];
  const counted = [
    ...(problems > 0 ? [paint('red', count(problems, 'problem'))] : []),
    ...(warnings > 0 ? [paint('yellow', count(warnings, 'warning'))] : []),
  ];
  const end = counted.length === 0 ? paint('green', NOTHING_WRONG) : `${counted.join(' and ')}.`;
  return [...lines, '', end].join('\n');
}

function hanging(first: string, text: string, room: number, arrow = ''): string[] {
  const inner = ' '.repeat(INDENT + (arrow === '' ? 0 : 2));
  const width = Math.max(20, arrow === '' ? room : room - 2);
  return wrap(printable(text, ENDLESS), width).map((line, i) =>
    i === 0 ? `${first}${arrow}${line}` : `${inner}${line}`,
  );
}
