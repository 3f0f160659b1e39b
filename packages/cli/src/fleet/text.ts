import { printable } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';
import type { FleetStatus, NextRun, Run } from '@keyturn/fleet';
import { count, readableTime } from '@keyturn/host/text';

import type { Output } from '../host.ts';
import { painter } from '../output/style.ts';

/** How many rate limits are shown. */
const MOST_BUDGETS = 10;

/** The state of a fleet, for a person. */
export function fleetText(status: FleetStatus, output: Output): string {
  const paint = painter(output);
  const { rotations, due, queued, running, workers, lagSeconds, nextAt, outcomes, worst } = status;
  const late = lagSeconds === null ? '' : `, the first of them for ${since(lagSeconds)}`;
  const others = due - queued - running;
  const row = (label: string, text: string): string => `${paint('dim', label.padEnd(9))}  ${text}`;
  const ended = Object.entries(outcomes).map(([outcome, number]) => `${outcome} ${number}`);
  return [
    row('rotations', String(rotations)),
    row('due', due === 0 ? `none${nextOf(nextAt)}` : `${due}${late}`),
    row(
      'queue',
      `${queued} waiting, ${running} running on ${count(workers, 'worker')}${others > 0 ? `, ${others} not scheduled yet` : ''}`,
    ),
    row('overdue', overdueOf(status)),
    ...budgetLines(status).map((line) => row('budget', line)),
    row('last runs', ended.length === 0 ? 'none' : ended.join(', ')),
    ...worst.map(({ rotation, outcome, code, failures }) =>
      row(
        'failing',
        `${printable(rotation)}  ${outcome}${code === null ? '' : ` (${code})`}, ${count(failures, 'time')} in a row`,
      ),
    ),
  ].join('\n');
}

/** One run, in one line. */
export function runLine({ report }: Run, { runAt }: NextRun, output: Output): string {
  const paint = painter(output);
  const { name, outcome, durationMs } = report;
  const next = readableTime(new Date(runAt).toISOString());
  return `${paint('bold', printable(name))} ${outcome} ${paint('dim', `in ${(durationMs / 1000).toFixed(1)} s, again ${next}`)}`;
}

function overdueOf({ overdue, oldestDueSeconds }: FleetStatus): string {
  if (overdue === 0 || oldestDueSeconds === null) return 'none';
  return `${count(overdue, 'token')}, the oldest for ${since(oldestDueSeconds)}`;
}

/** The scarcest first. */
function budgetLines({ budgets }: FleetStatus): readonly string[] {
  const lines = budgets
    .slice(0, MOST_BUDGETS)
    .map(
      ({ host, credential, points, windowSeconds, left }) =>
        `${printable(host)}  ${left} of ${points} left in ${formatDuration(windowSeconds * 1000)}${credential === null ? '' : ` (credential ${printable(credential)})`}`,
    );
  const more = budgets.length - lines.length;
  return more > 0 ? [...lines, `and ${more} with more left: --json shows all`] : lines;
}

function nextOf(nextAt: string | null): string {
  return nextAt === null ? '' : `, the next at ${readableTime(nextAt)}`;
}

function since(seconds: number): string {
  return formatDuration(Math.max(1, Math.floor(seconds)) * 1000);
}
