import {
  EMPTY,
  follow,
  type LedgerRecord,
  type OpenedLedger,
  parseRecord,
  type Revision,
  revisionBefore,
} from '@keyturn/core/ledger';

import { recordAltered, recordsMissing } from './messages.ts';
import { decodeName, encodeName, SHORTENED } from './names.ts';
import type { Row, Session } from './session.ts';
import { hashOf } from './strings.ts';
import type { Tables } from './tables.ts';

/** How many records are read at once for `history`. */
const PAGE = 200;

/** Where a ledger is, in errors. */
export function whereIs(where: string, rotation: string): string {
  return `${where} ledger "${rotation.slice(0, 100)}"`;
}

/** The current chapter: from the last `opened` record on. The one before it is read, too, to check that the chapter follows it. */
export async function readChapter(
  session: Session,
  { records }: Tables,
  rotation: string,
  where: string,
): Promise<OpenedLedger> {
  const rows = await session.run(
    `with opening as (
        select max(seq) as seq from ${records} where rotation = $1 and opens
      )
      select seq::text, hash, record, seq < (select seq from opening) as before from ${records}
      where rotation = $1 and seq >= coalesce((select seq from opening), 1) - 1
      order by ${records}.seq`,
    [encodeName(rotation)],
  );
  const chain = new Chain(where);
  const [first] = rows;
  if (first?.['before'] === 't') chain.startBefore(first);
  const all = rows.map((row) => chain.add(row));
  const opened = all.findLastIndex(({ event }) => event.type === 'opened');
  return { records: all.slice(Math.max(0, opened)), revision: chain.revision };
}

/** A page of a ledger after a record, verified by a chain. */
export async function readPage(
  session: Session,
  { records }: Tables,
  rotation: string,
  after: number,
): Promise<readonly Row[]> {
  return session.run(
    `select seq::text, hash, record from ${records}
      where rotation = $1 and seq > $2::bigint order by ${records}.seq limit ${PAGE}`,
    [encodeName(rotation), String(after)],
  );
}

/** Checks that rows are records that follow each other, and that each is what was once written. */
export class Chain {
  readonly #where: string;
  revision: Revision = EMPTY;

  constructor(where: string) {
    this.#where = where;
  }

  get length(): number {
    return Number(this.revision.slice(0, this.revision.indexOf(':')));
  }

  /** Takes for granted what is before a row. */
  startBefore(row: Row): void {
    const record = parseRecord(row['record'] ?? '', this.#at(row));
    if (record.seq <= 1) throw recordsMissing(this.#at(row));
    this.revision = revisionBefore(record);
  }

  /** @throws {KeyturnError} `STATE_CORRUPT` */
  add(row: Row): LedgerRecord {
    const at = this.#at(row);
    const record = parseRecord(row['record'] ?? '', at);
    const next = follow(this.revision, record, at);
    if (next !== `${row['seq']}:${row['hash']}`) throw recordAltered(at);
    this.revision = next;
    return record;
  }

  #at(row: Row): string {
    return `${this.#where} record ${row['seq']}`;
  }
}

/** The names of all rotations, sorted. */
export async function readRotations(session: Session, { records }: Tables): Promise<string[]> {
  const rows = await session.run(
    `select rotation, case when strpos(rotation, $1) > 0 then record end as record
      from ${records} where seq = 1`,
    [SHORTENED],
  );
  return namesIn(rows);
}

/** The rotations whose current chapter has one of these texts: found by the index, then searched. */
export async function readMentioning(
  session: Session,
  { records }: Tables,
  texts: readonly string[],
): Promise<string[]> {
  const rows = await session.run(
    `with found as (
        select distinct rotation from ${records} as r
        where strings && $1::bigint[]
          and exists (select from unnest($2::text[]) as one (text) where strpos(record, text) > 0)
          and seq >= coalesce(
            (select max(o.seq) from ${records} as o where o.rotation = r.rotation and o.opens), 0)
      )
      select f.rotation, case when strpos(f.rotation, $3) > 0 then r.record end as record
      from found as f
      left join ${records} as r on r.rotation = f.rotation and r.seq = 1`,
    [texts.map((text) => hashOf(text)), texts.map((text) => JSON.stringify(text)), SHORTENED],
  );
  return namesIn(rows);
}

/** A name that was too long for the index is in the first record of its ledger. */
function namesIn(rows: readonly Row[]): string[] {
  const names: string[] = [];
  for (const { rotation: encoded, record } of rows) {
    if (encoded === null || encoded === undefined) continue;
    const name = decodeName(encoded) ?? nameIn(record ?? '');
    // Under another name than its own, it is not a ledger of keyturn.
    if (name !== undefined && encodeName(name) === encoded) names.push(name);
  }
  return names.toSorted();
}

function nameIn(record: string): string | undefined {
  try {
    const { event } = parseRecord(record, '');
    return event.type === 'opened' ? event.rotation : undefined;
  } catch {
    return undefined;
  }
}
