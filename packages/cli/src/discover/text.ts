import { printable, type SkippedUsage } from '@keyturn/core';

import type { Host } from '../host.ts';
import {
  fixedInPipeline,
  moreReasons,
  namesIncomplete,
  namesUnknown,
  notSearched,
  nothingFound,
} from '../messages.ts';
import { painter, roomOf, table } from '../output/style.ts';
import { groupBy } from './group.ts';
import type { Place } from './places.ts';
import type { Discovery } from './discover.ts';
import type { Findings } from './search.ts';
import type { Pipelines } from '../workflows/read.ts';
import { listed, roughly } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';

const MOST_LISTED = 4;
const MOST_REASONS = 10;

/** What was found and where, and what was not searched. */
export function findingsText(
  { places, findings, pipelines }: Pick<Discovery, 'places' | 'findings' | 'pipelines'>,
  host: Host,
): string {
  const paint = painter(host.stdout);
  const known = places.filter(({ found }) => found !== undefined);
  const rows = known.map(({ target, found, updatedAt, rotation }) => [
    found?.layout.kind ?? '',
    updatedAt === undefined ? '' : `${ageOf(updatedAt, host)} ago`,
    rotation ?? 'none',
    printable(target),
  ]);
  const [head = '', ...body] = table(
    [['LAYOUT', 'WRITTEN', 'ROTATION', 'PLACE'], ...rows],
    roomOf(host.stdout),
  );
  const marked = (text: string, mark: string): string[] =>
    wrap(text, roomOf(host.stdout) - 2).map((line, at) => `${at === 0 ? mark : ' '} ${line}`);
  const lines = [
    ...(rows.length > 0 ? [paint('dim', head), ...body] : [nothingFound(findings)]),
    ...notes(places).flatMap((note) => marked(note, paint('yellow', '!'))),
    ...fixedTexts(pipelines).flatMap((note) => marked(note, paint('yellow', '!'))),
    ...skippedLines(findings, pipelines).flatMap((line) => marked(line, paint('dim', '-'))),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a rotation cannot change in a pipeline, each once. */
export function fixedTexts({ uses }: Pipelines): string[] {
  return [...new Set(uses.flatMap(({ fixed }) => fixed.map((one) => fixedInPipeline(one))))];
}

/** What needs attention in a place. */
function notes(places: readonly Place[]): string[] {
  return places.flatMap(({ target, found, names }) => {
    const place = printable(target);
    if (found === undefined)
      return [namesUnknown(place, listed(names.map((name) => printable(name))))];
    if (found.missing.length === 0 || found.layout.kind === 'slots') return [];
    return [namesIncomplete(place, found.names, found.missing)];
  });
}

/** One line for each reason, since hundreds of places may have the same. */
function skippedLines({ skipped, failures }: Findings, { unread }: Pipelines): string[] {
  const all: readonly SkippedUsage[] = [
    ...failures.map(({ scope, error: { message, hint } }) => {
      const said = message.startsWith(`${scope}: `) ? message.slice(scope.length + 2) : message;
      return { skipped: scope, reason: hint === undefined ? said : `${said}. ${hint}` };
    }),
    ...skipped,
    ...unread.map(({ file, reason }) => ({ skipped: file, reason })),
  ];
  const lines = [...groupBy(all, ({ reason }) => reason)].map(([reason, some]) => {
    const places = some.map((one) => printable(one.skipped));
    return notSearched(listed(places, MOST_LISTED), printable(reason));
  });
  const more = lines.length - MOST_REASONS;
  return more <= 0 ? lines : [...lines.slice(0, MOST_REASONS), moreReasons(more)];
}

function ageOf(iso: string, { clock }: Host): string {
  return roughly(Math.max(0, clock.now() - Date.parse(iso)));
}
