import { printable } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import type { Output } from '../host.ts';
import { painter, roomOf, type Paint } from '../output/style.ts';
import type { History } from './read.ts';
import type { Story } from './story.ts';
import { readableTime, because, count, listed } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';

const COLOURS = {
  rotated: 'green',
  'under-way': 'cyan',
  lost: 'yellow',
  declined: 'red',
  rejected: 'red',
  aborted: 'yellow',
  recorded: 'dim',
} as const;
const MOST_INCIDENTS = 10;

/** The stories of a ledger, the newest last, at the end of the terminal. */
export function historyText(history: History, output: Output): string {
  const paint = painter(output);
  const columns = roomOf(output);
  const { name, records, stories, omitted, error } = history;
  const whole =
    error === undefined
      ? paint('green', `${count(records, 'record')}, chain intact`)
      : paint('red', `${count(records, 'record')}, then the chain breaks`);
  return [
    `${paint('bold', printable(name))}  ${whole}`,
    ...(omitted === 0 ? [] : [`  ${paint('dim', `${omitted} older not shown`)}`]),
    ...stories.flatMap((story) => storyLines(story, paint, columns)),
    ...(error === undefined
      ? []
      : [
          ...row(paint('red', '✖'.padEnd(8)), error.message, columns),
          ...row('→'.padEnd(8), error.hint ?? '', columns),
        ]),
  ].join('\n');
}

function storyLines(story: Story, paint: Paint, columns: number): string[] {
  const { startedAt, outcome, durationMs, reason, token, label, replaced, sinks } = story;
  const took = durationMs === null ? '' : ` in ${formatDuration(durationMs)}`;
  const rows: [string, string][] = [];
  if (reason !== null) rows.push(['reason', because(reason)]);
  if (token !== null || label !== null)
    rows.push(['token', [token, label].filter((one) => one !== null).join('  ')]);
  if (replaced !== null) rows.push(['replaced', `${replaced.id}, ${fate(story)}`]);
  if (sinks.length > 0) rows.push(['sinks', listed(sinks)]);
  if (story.proved.length > 0) rows.push(['worked', `in jobs of ${listed(story.proved)}`]);
  const others = story.revoked.filter(({ id }) => id !== replaced?.id);
  for (const { id, at } of others) rows.push(['revoked', `${id} at ${readableTime(at)}`]);
  return [
    `${readableTime(startedAt)}  ${paint(COLOURS[outcome], `${outcome.replace('-', ' ')}${took}`)}`,
    ...rows.flatMap(([title, text]) => row(paint('dim', title.padEnd(8)), text, columns)),
    ...incidentLines(story, paint, columns),
  ].map((line) => `  ${line}`);
}

function fate({ replaced, completedAt }: Story): string {
  const revokedAt = replaced?.revokedAt ?? null;
  if (revokedAt === null || completedAt === null) return 'not revoked yet';
  const lasted = Date.parse(revokedAt) - Date.parse(completedAt);
  if (lasted < 0) return `revoked at ${readableTime(revokedAt)}, before it was replaced`;
  const after = formatDuration(lasted);
  return `revoked at ${readableTime(revokedAt)}, ${after} later`;
}

function incidentLines({ incidents }: Story, paint: Paint, columns: number): string[] {
  const shown = incidents.slice(0, MOST_INCIDENTS);
  const more = incidents.length - shown.length;
  return [
    ...shown.flatMap(({ at, text, kind }) =>
      row(
        kind === 'note' ? '•'.padEnd(8) : paint('yellow', '!'.padEnd(8)),
        `${readableTime(at)}: ${text}`,
        columns,
      ),
    ),
    ...(more === 0 ? [] : row(''.padEnd(8), `and ${more} more; --json lists all of them`, columns)),
  ];
}

function row(title: string, text: string, columns: number): string[] {
  return wrap(printable(text, Infinity), columns - 14).map(
    (line, i) => `  ${i === 0 ? title : ' '.repeat(8)}  ${line}`,
  );
}
