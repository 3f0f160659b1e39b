import { KeyturnError } from '@keyturn/core';
import {
  emptyState,
  isElsewhere,
  readState,
  type RotationState,
  type SinkRecord,
} from '@keyturn/core/unstable';

import type { Entry } from './entry.ts';
import { means } from './select.ts';
import { kindOf, type Session } from '../session/session.ts';
import type { Meaning, Resolve } from './sinks.ts';

/**
 * Whether what patterns mean may be asked of the platforms, or only the ledger is read for it; `read`: for all else too, so that
 * no code is loaded but the program's own.
 */
export type Knowledge = 'asked' | 'recorded' | 'read';

/**
 * Asks the platforms what patterns mean, unless only what is recorded is wanted. What a filter leaves out is asked about only on
 * first contact: the token in use is then taken to be in every sink.
 */
export async function resolverFor(
  rotation: { readonly name: string; readonly sinks: readonly string[] },
  filters: readonly string[],
  knowledge: Knowledge,
  session: Session,
): Promise<Resolve> {
  const kindsOf = (texts: readonly string[]): Promise<string[]> =>
    Promise.all(texts.map((text) => session.kind(kindOf(text.replace(/^!/, '')))));
  const [wanted, kinds] = await Promise.all([kindsOf(filters), kindsOf(rotation.sinks)]);
  const isWanted = (kind: string): boolean => filters.length === 0 || wanted.includes(kind);
  let reading: Promise<RotationState> | undefined;
  const read = async (): Promise<RotationState> =>
    (reading ??= readState(await session.store(), rotation.name).catch((error: unknown) => {
      // Who only wants what is recorded reads it as well, and tells of this one beside the others.
      if (knowledge !== 'asked' && KeyturnError.is(error)) return emptyState;
      throw error;
    }));
  const mayAsk = async (entry: Entry): Promise<boolean> => {
    if (knowledge !== 'asked' || !kinds.some(isWanted)) return false;
    return isWanted(entry.kind) || (await read()).current === undefined;
  };
  return async (entry) =>
    (await mayAsk(entry))
      ? { ...(await session.expand(entry.text)), isWhole: true }
      : recorded(entry, await read(), session);
}

/** Sinks that left the configuration, and names near a sink, have keys of their own. */
function isTarget({ id, place }: SinkRecord): boolean {
  return !isElsewhere(id) && (place === undefined || place.target === id);
}

/** The sinks of the ledger that the pattern means. */
async function recorded(
  entry: Entry,
  { sinks }: RotationState,
  session: Session,
): Promise<Meaning> {
  const ids = [...sinks.values()].filter(isTarget).map(({ id }) => id);
  const meant = await Promise.all(ids.map((id) => means(entry, id, session)));
  return { targets: ids.filter((_, index) => meant[index]), skipped: [], isWhole: false };
}
