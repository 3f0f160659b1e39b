import type { KeyturnError } from '@keyturn/core';

import { count, listed } from '../../output/words.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import { unusable } from './credentials.ts';
import type { Evidence, SinkEvidence } from '../evidence.ts';

const { fine, warn, failed } = about('sinks');

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
  for (const [error, ids] of byError(bad))
    yield failed('sink', { message: `${listed(ids, 3)}: ${error.message}`, hint: error.hint });
  for (const { id, report } of checks)
    for (const warning of report.value?.warnings ?? [])
      yield warn('sink-warning', `${id}: ${warning}`, 'Look at the README of its adapter.');
  for (const warning of warnings)
    yield warn('sink-pattern', warning, 'Correct the pattern, or ignore this where it is meant.');
  const good = checks.filter(({ report }) => report.error === undefined);
  for (const [kind, ids] of byKind(good))
    if (ids.length > MOST_LINES)
      yield fine('sink', `${count(ids.length, `${kind} sink`)} can be written`);
    else for (const id of ids) yield fine('sink', `${id} can be written`);
}

interface Plain {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Errors that say the same of several sinks, without their ids. */
function byError(checks: readonly SinkEvidence[]): [Plain, string[]][] {
  const groups = new Map<string, [Plain, string[]]>();
  for (const { id, report } of checks) {
    const plain = withoutId(report.error as KeyturnError, id);
    const key = `${plain.message}\n${plain.hint ?? ''}`;
    const group = groups.get(key) ?? [plain, []];
    group[1].push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function withoutId({ message, hint }: KeyturnError, id: string): Plain {
  return { message: message.startsWith(`${id}: `) ? message.slice(id.length + 2) : message, hint };
}

function byKind(checks: readonly SinkEvidence[]): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const { id, kind } of checks) kinds.set(kind, [...(kinds.get(kind) ?? []), id]);
  return kinds;
}
