import { printable } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import type { Output } from '../host.ts';
import { painter, roomOf, table, type Paint } from '../output/style.ts';
import { displayWidth } from '../output/width.ts';
import { settleText } from '../messages.ts';
import { waitsFor } from './waits.ts';
import { readableTime, count, roughly } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';
import { type Finding, levelOf, type Standing, type RotationStatus } from '@keyturn/host/status';

const MARKS = { problem: '✖', warning: '!', note: '•', fine: '✔' } as const;
const COLOURS = { problem: 'red', warning: 'yellow', note: 'dim', fine: 'green' } as const;
const HEAD = ['', 'ROTATION', 'AGE', 'PHASE', 'NEXT DUE', 'SINKS'];
const BAR = 8;

/** A line for each rotation with its findings below; more details if there is only one. */
export function statusText(standings: readonly Standing[], output: Output, now: number): string {
  const paint = painter(output);
  const columns = roomOf(output);
  const rows = [HEAD, ...standings.map((one) => cellsOf(one, now))];
  const wide = table(rows);
  // If the names leave no room, each gets a line of its own.
  const isWide = wide.every((line) => displayWidth(line) <= columns);
  const [head = '', ...lines] = isWide
    ? wide
    : table(
        rows.map((row) => row.with(1, '')),
        columns,
      );
  return [
    paint('dim', head),
    ...standings.flatMap((standing, i) => {
      const { name, status, findings } = standing;
      const level = levelOf(findings);
      const rest = lines[i]?.slice(MARKS[level].length + 2) ?? '';
      const marked = `${paint(COLOURS[level], MARKS[level])}  ${paint('bold', printable(name))}`;
      const details = standings.length === 1 ? more(status) : [];
      return [
        ...(isWide ? [marked + rest.slice(printable(name).length)] : [marked, `   ${rest}`]),
        ...[...details, ...grace(status, now)].flatMap(([label, text]) =>
          hanging(`${paint('dim', label.padEnd(6))}  `, 8, text, columns),
        ),
        ...findingLines(findings, paint, columns),
      ];
    }),
  ].join('\n');
}

function cellsOf({ name, status, findings }: Standing, now: number): string[] {
  const mark = MARKS[levelOf(findings)];
  if (status === undefined) return [mark, printable(name), '', 'unknown', '', ''];
  const { phase, ageMs, maxAgeMs, sinks } = status;
  const fit = sinks.filter(({ inStep }) => inStep).length;
  return [
    mark,
    printable(name),
    ageMs === null
      ? 'no token'
      : `${bar(ageMs / maxAgeMs)} ${roughly(ageMs)} of ${roughly(maxAgeMs)}`,
    phase,
    dueText(status, now),
    `${fit} of ${sinks.length}`,
  ];
}

function dueText({ due, nextDueAt, underWay }: RotationStatus, now: number): string {
  if (underWay !== null && underWay.by !== null) return 'under way';
  if (due !== null || nextDueAt === null) return `now: ${due ?? 'first'}`;
  return `${nextDueAt.slice(0, 10)} in ${roughly(Date.parse(nextDueAt) - now)}`;
}

function more(status: RotationStatus | undefined): [string, string][] {
  const current = status?.current ?? null;
  if (current === null) return [];
  const { id, label, expiresAt } = current;
  const expires = expiresAt === null ? '' : `, expires ${readableTime(expiresAt)}`;
  return [['token', `${id}  ${label}${expires}`]];
}

function grace(status: RotationStatus | undefined, now: number): [string, string][] {
  const until = status?.graceUntil ?? null;
  if (status === undefined || until === null) return [];
  const left = Date.parse(until) - now;
  if (left <= 0) return [];
  if (waitsFor(status) === 'settle')
    return [['settle', settleText(readableTime(until), formatDuration(left))]];
  const kept = status.kept.filter(({ reason }) => reason === 'grace').length;
  const what = kept === 0 ? '' : ` for ${count(kept, 'replaced token')}`;
  return [['grace', `until ${readableTime(until)}, ${formatDuration(left)} left${what}`]];
}

function findingLines(findings: readonly Finding[], paint: Paint, columns: number): string[] {
  const fixes = new Set(findings.map(({ fix }) => fix).filter((fix) => fix !== null));
  return [
    ...findings.flatMap(({ severity, text }) =>
      hanging(`${paint(COLOURS[severity], MARKS[severity])} `, 2, text, columns),
    ),
    ...[...fixes].flatMap((fix) => hanging(paint('dim', '→ '), 2, fix, columns)),
  ];
}

const INDENT = '   ';

function hanging(first: string, width: number, text: string, columns: number): string[] {
  return wrap(printable(text, Infinity), columns - INDENT.length - width).map(
    (line, i) => `${INDENT}${i === 0 ? first : ' '.repeat(width)}${line}`,
  );
}

function bar(share: number): string {
  const full = Math.min(BAR, Math.max(0, Math.floor(share * BAR)));
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
}
