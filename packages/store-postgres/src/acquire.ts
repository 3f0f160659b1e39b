import { isHere, parseHolder, type Revision } from '@keyturn/core/ledger';

import { fenceOff, isGone, keyOf, type LockRow, type Means, readLock } from './grip.ts';
import { lockContended, lockHeld, poolerFound } from './messages.ts';
import { encodeName } from './names.ts';
import type { Session } from './session.ts';

/** Other runs may take and release the lock in between; after this many tries, give up. */
const MOST_TRIES = 20;
/** Milliseconds between tries. */
const PAUSE = 25;

/** A lock that was acquired. */
export interface Grip {
  readonly fence: bigint;
  /** The end of the ledger. */
  readonly end: Revision;
  /** When this was asked for, by the clock of the store's caller. */
  readonly asked: number;
  /** Milliseconds until nobody else can believe in the lock anymore. */
  readonly wait: number;
}

/**
 * Acquires the lock of a rotation in a session: an advisory lock, which ends with the session, and the fence in the table, by which every
 * append is checked. A session that ended does not prove that its holder knows: unless that holder released the lock, or its process is
 * gone, the new one waits for as long as the old one may believe.
 *
 * @throws {KeyturnError} `STATE_BUSY`, which names the holder
 */
export async function acquire(
  means: Means,
  session: Session,
  rotation: string,
  holder: string,
  signal: AbortSignal | undefined,
): Promise<Grip> {
  const { tables, machine, clock } = means;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const row = await readOrMake(means, session, rotation);
    const isOurs = await tryKeys(means, session, rotation, row.fence);
    const wasGone = row.holder !== undefined && (await isGone(machine, row.holder));
    if (isOurs) {
      const grip = await take(means, session, rotation, holder, row, wasGone);
      if (grip !== undefined) return grip;
    } else if (wasGone) {
      await fenceOff(session, tables, rotation, row.fence, false);
    } else if (row.holder !== undefined) {
      const found = parseHolder(row.holder);
      throw lockHeld(rotation, found, isHere(found, machine));
    } else {
      await clock.sleep(PAUSE * tries, signal);
    }
  }
  throw lockContended(rotation);
}

async function readOrMake({ tables }: Means, session: Session, rotation: string): Promise<LockRow> {
  for (;;) {
    const row = await readLock(session, tables, rotation);
    if (row !== undefined) return row;
    await session.run(
      `insert into ${tables.locks} (rotation, fence) values ($1, 0) on conflict do nothing`,
      [encodeName(rotation)],
    );
  }
}

/** The key of the current fence, which proves that its holder's session has ended, and the key of the next one. */
async function tryKeys(
  { tables, where }: Means,
  session: Session,
  rotation: string,
  fence: bigint,
): Promise<boolean> {
  const [row] = await session.run(
    `select case when pg_try_advisory_lock($1::bigint) then pg_try_advisory_lock($2::bigint) end as ours,
      pg_backend_pid()::text as pid`,
    [keyOf(tables, rotation, fence), keyOf(tables, rotation, fence + 1n)],
  );
  if (row?.['pid'] !== session.pid) throw poolerFound(where);
  return row['ours'] === 't';
}

/** Becomes the holder; undefined if the lock has changed hands in between. */
async function take(
  { tables, where, clock, lease }: Means,
  session: Session,
  rotation: string,
  holder: string,
  { fence, holder: former }: LockRow,
  wasGone: boolean,
): Promise<Grip | undefined> {
  const asked = clock.now();
  const mayBelieve = former !== undefined && !wasGone;
  const [row] = await session.run(
    `with taken as (
        update ${tables.locks} set fence = fence + 1, holder = $3,
          freed = case when $4::boolean then clock_timestamp() else freed end
        where rotation = $1 and fence = $2::bigint and pg_backend_pid() = $5::integer
        returning freed
      )
      select (select count(*) from taken)::text as taken, pg_backend_pid()::text as pid,
        ceil(greatest(0, coalesce(
          extract(epoch from (select freed from taken) - clock_timestamp()) * 1000 + $6::float8, 0
        )))::text as wait,
        coalesce((select seq || ':' || hash from ${tables.records}
          where rotation = $1 order by ${tables.records}.seq desc limit 1), '0:') as end`,
    [
      encodeName(rotation),
      fence.toString(),
      holder,
      String(mayBelieve),
      session.pid,
      String(lease),
    ],
  );
  if (row?.['pid'] !== session.pid) throw poolerFound(where);
  if (row['taken'] !== '1') return undefined;
  return {
    fence: fence + 1n,
    end: row['end'] ?? '0:',
    asked,
    wait: Math.min(Number(row['wait']), lease),
  };
}
