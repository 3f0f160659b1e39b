import type { LedgerRecord } from '@keyturn/core/ledger';

import { Chain, readPage, whereIs } from './reading.ts';
import type { Row, Session } from './session.ts';
import type { Tables } from './tables.ts';

type Read = (
  nothing: readonly Row[],
  action: (session: Session) => Promise<readonly Row[]>,
) => Promise<readonly Row[]>;

/**
 * Every record of a ledger from the first one, verified before it is returned. Read in pages, so that no connection is kept while the
 * caller works.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`
 */
export async function* readHistory(
  read: Read,
  tables: Tables,
  rotation: string,
  where: string,
): AsyncGenerator<LedgerRecord, void, undefined> {
  const chain = new Chain(whereIs(where, rotation));
  for (;;) {
    const rows = await read([], (session) => readPage(session, tables, rotation, chain.length));
    if (rows.length === 0) return;
    for (const row of rows) yield chain.add(row);
  }
}
