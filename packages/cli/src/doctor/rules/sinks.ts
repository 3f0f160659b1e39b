import { about, type Diagnosis } from '../diagnosis.ts';
import { unusable } from './credentials.ts';
import type { Evidence, SinkEvidence } from '../evidence.ts';
import { count, listed } from '@keyturn/host/text';

const { fine, warn, wrong } = about('sinks');

/** So many sinks that are fine have a line each; more of a kind share one. */
const MOST_LINES = 8;

/** Whether a delivery to each sink could work. What many have in common is told once. */
export function* sinks(evidence: Evidence): Generator<Diagnosis> {
  const { checks, warnings } = evidence.sinks;
  const told = new Set(evidence.adapters.map(({ error }) => error?.message));
  const blocked = unusable(evidence);
  const bad = checks.filter(
    ({ kind, report: { error } }) =>
      error !== undefined && !told.has(error.message) && !blocked.has(kind),
  );
  for (const [message, [first, ...others]] of grouped(bad, ({ id, report }) =>
    withoutId(report.error?.message ?? '', id),
  )) {
    const ids = [first, ...others].map(({ id }) => id);
    yield {
      ...wrong('sink', `${listed(ids, 3)}: ${message}`, first.report.error?.hint),
      sinks: ids,
    };
  }
  for (const [warning, some] of grouped(warned(checks), ({ warning: text }) => text)) {
    const ids = some.map(({ id }) => id);
    const text = `${listed(ids, 3)}: ${warning}`;
    yield { ...warn('sink-warning', text, 'Look at the README of its adapter.'), sinks: ids };
  }
  for (const warning of warnings)
    yield warn('sink-pattern', warning, 'Correct the pattern, or ignore this where it is meant.');
  const good = checks.filter(({ report }) => report.error === undefined);
  for (const [kind, some] of grouped(good, (check) => check.kind)) {
    const ids = some.map(({ id }) => id);
    if (ids.length > MOST_LINES)
      yield { ...fine('sink', `${count(ids.length, `${kind} sink`)} can be written`), sinks: ids };
    else for (const id of ids) yield { ...fine('sink', `${id} can be written`), sinks: [id] };
  }
}

function warned(checks: readonly SinkEvidence[]): { id: string; warning: string }[] {
  return checks.flatMap(({ id, report }) =>
    (report.value?.warnings ?? []).map((warning) => ({ id, warning })),
  );
}

/** What has the same key, together: hundreds of sinks may say the same. */
function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, [Item, ...Item[]]> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function withoutId(message: string, id: string): string {
  return message.startsWith(`${id}: `) ? message.slice(id.length + 2) : message;
}
