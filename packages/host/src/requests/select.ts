import { KeyturnError, type SecretSink } from '@keyturn/core';

import { sinkFilterInvalid } from '../messages.ts';
import { readEntry, type Entry } from './entry.ts';
import type { Session } from '../session/session.ts';

/** The ids of the sinks that match the filters: a kind, or the path of its module, matches every sink of that kind. */
export async function select(
  filters: readonly string[],
  sinks: readonly SecretSink[],
  session: Session,
): Promise<string[]> {
  const entries = await Promise.all(
    filters.filter((filter) => filter.includes(':')).map((filter) => readEntry(filter, session)),
  );
  const unfit = filters.find(
    (filter) =>
      filter.startsWith('!') ||
      entries.some((one) => one.text === filter && one.pattern?.isFiltered),
  );
  if (unfit !== undefined) throw sinkFilterInvalid(unfit);
  const targets = entries.filter(({ type }) => type === 'target');
  const patterns = entries.filter(({ type }) => type === 'pattern');
  const opened = await Promise.all(targets.map(({ text }) => session.sink(text)));
  const ids = new Set(opened.map(({ id }) => id));
  const kinds = new Set(await Promise.all(filters.map((filter) => session.kind(filter))));
  const selected = await Promise.all(
    sinks.map(async ({ id, kind }) => {
      if (ids.has(id) || kinds.has(kind)) return true;
      const meant = await Promise.all(patterns.map((entry) => means(entry, id, session)));
      return meant.includes(true);
    }),
  );
  return sinks.filter((_, index) => selected[index]).map(({ id }) => id);
}

/**
 * Whether an entry matches the sink of this id, judged by its path. An exclusion without a query matches every sink at its paths.
 */
export async function means(
  { type, text, kind, pattern }: Entry,
  id: string,
  session: Session,
): Promise<boolean> {
  const isWhole = type !== 'exclusion' || !text.includes('?');
  // Only the adapter understands a query, and it is not loaded.
  if (pattern !== undefined && isWhole && session.chosen.mayMean(kind, id))
    return pattern.matches(id.slice(id.indexOf(':') + 1).split('?', 1)[0] ?? '');
  if (pattern === undefined || !id.startsWith(`${kind}:`)) return false;
  const [path = ''] = id.slice(kind.length + 1).split('?', 1);
  if (!pattern.matches(path)) return false;
  if ((type === 'exclusion' && !text.includes('?')) || pattern.at(path) === id) return true;
  try {
    const [meant, sink] = await Promise.all([session.sink(pattern.at(path)), session.sink(id)]);
    return meant.id === sink.id;
  } catch (error) {
    // The platform listed a name that is not a valid target.
    if (KeyturnError.is(error) && error.code === 'TARGET_INVALID') return false;
    throw error;
  }
}
