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
 * How patterns are resolved. `asked`: the platforms are asked. `recorded`: the ledger is read. `read`: only ledgers are read for
 * everything, and only the program's own code is loaded.
 */
export type Knowledge = 'asked' | 'recorded' | 'read';

/**
 * Asks the platforms what patterns match, or reads the ledger, as `knowledge` says. Kinds that a filter leaves out are asked only on
 * first contact: every sink then counts as holding the current token.
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
      // A caller that only reads ledgers reads this one, too, and reports the error.
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

/** Former sinks, and names near a sink, have other keys. */
function isTarget({ id, place }: SinkRecord): boolean {
  return !isElsewhere(id) && (place === undefined || place.target === id);
}

/** The sinks in the ledger that match the pattern. */
async function recorded(
  entry: Entry,
  { sinks }: RotationState,
  session: Session,
): Promise<Meaning> {
  const ids = [...sinks.values()].filter(isTarget).map(({ id }) => id);
  const meant = await Promise.all(ids.map((id) => means(entry, id, session)));
  return { targets: ids.filter((_, index) => meant[index]), skipped: [], isWhole: false };
}
