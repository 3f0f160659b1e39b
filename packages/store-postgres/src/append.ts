import { type LedgerRecord, revisionOf, serialise } from '@keyturn/core/ledger';

import { encodeName } from './names.ts';
import type { Session } from './session.ts';
import { hashesIn } from './strings.ts';
import type { Tables } from './tables.ts';

/** What an append found: it wrote all of the records, or none. */
export interface Appended {
  readonly isSameSession: boolean;
  readonly isHeld: boolean;
  /** The ledger ended with the revision that the records continue from. */
  readonly isAtEnd: boolean;
}

/**
 * Appends records in one statement, which is one transaction: it checks that the session is the one that has the lock, that the fence is
 * still this holder's, and that the ledger ends where the records continue. The row of the lock stays locked until it is committed, so
 * that whoever fences this holder off waits for it.
 */
export async function appendRecords(
  session: Session,
  { records: table, locks }: Tables,
  rotation: string,
  fence: bigint,
  records: readonly LedgerRecord[],
): Promise<Appended> {
  const [first] = records;
  const known = new Map<string, string>();
  const hashes = records.map((record) => hashOfRecord(record));
  const [row = {}] = await session.run(
    `with held as materialized (
        select fence = $2::bigint as held from ${locks} where rotation = $1 for update
      ), last as materialized (
        select seq, hash from ${table} where rotation = $1 order by ${table}.seq desc limit 1
      ), state as materialized (
        select pg_backend_pid() = $3::integer as same,
          coalesce((select held from held), false) as held,
          coalesce((select seq || ':' || hash from last), '0:') = $4 as at_end
      ), added as (
        insert into ${table} (rotation, seq, hash, opens, strings, record)
        select $1, given.seq, given.hash, given.opens, given.strings::bigint[], given.record
        from unnest($5::bigint[], $6::text[], $7::boolean[], $8::text[], $9::text[])
            as given (seq, hash, opens, strings, record), state
        where state.same and state.held and state.at_end
        returning 1
      )
      select same, held, at_end, (select count(*) from added) as added from state`,
    [
      encodeName(rotation),
      fence.toString(),
      session.pid,
      first === undefined ? '' : `${first.seq - 1}:${first.prev}`,
      records.map(({ seq }) => String(seq)),
      hashes,
      records.map(({ event }) => String(event.type === 'opened')),
      records.map((record) => `{${hashesIn(record, known).join()}}`),
      records.map(serialise),
    ],
  );
  return {
    isSameSession: row['same'] === 't',
    isHeld: row['held'] === 't',
    isAtEnd: row['at_end'] === 't',
  };
}

function hashOfRecord(record: LedgerRecord): string {
  const revision = revisionOf(record);
  return revision.slice(revision.indexOf(':') + 1);
}

/** Whether exactly this record is in the ledger. */
export async function isKept(
  session: Session,
  { records }: Tables,
  rotation: string,
  record: LedgerRecord,
): Promise<boolean> {
  const [row] = await session.run(
    `select hash from ${records} where rotation = $1 and seq = $2::bigint`,
    [encodeName(rotation), String(record.seq)],
  );
  return row?.['hash'] === hashOfRecord(record);
}
