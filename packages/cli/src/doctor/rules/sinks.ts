import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import { unusable } from './credentials.ts';
import type { Evidence, SinkEvidence } from '../evidence.ts';

const { fine, warn, wrong } = about('sinks');

/** Up to this many writable sinks of a kind have a line each; more share one. */
const MOST_LINES = 8;

/** Whether a delivery to each sink can work. Common problems are reported once. */
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
      ...wrong('sink', say.sinksFailed(ids, message, first.report.error?.hint)),
      sinks: ids,
    };
  }
  for (const [warning, some] of grouped(warned(checks), ({ warning: text }) => text)) {
    const ids = some.map(({ id }) => id);
    yield { ...warn('sink-warning', say.sinksWarned(ids, warning)), sinks: ids };
  }
  for (const warning of warnings) yield warn('sink-pattern', say.patternWarned(warning));
  const good = checks.filter(({ report }) => report.error === undefined);
  for (const [kind, some] of grouped(good, (check) => check.kind)) {
    const ids = some.map(({ id }) => id);
    if (ids.length > MOST_LINES)
      yield { ...fine('sink', say.sinksWritable(ids.length, kind)), sinks: ids };
    else for (const id of ids) yield { ...fine('sink', say.sinkWritable(id)), sinks: [id] };
  }
}

function warned(checks: readonly SinkEvidence[]): { id: string; warning: string }[] {
  return checks.flatMap(({ id, report }) =>
    (report.value?.warnings ?? []).map((warning) => ({ id, warning })),
  );
}

/** Groups items by key: hundreds of sinks can have the same problem. */
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
