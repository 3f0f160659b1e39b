import { createHash } from 'node:crypto';

import type { Clock } from '@keyturn/core';
import { describeHolder, livenessOf, type Machine, parseHolder } from '@keyturn/core/ledger';

import { encodeName } from './names.ts';
import type { Session } from './session.ts';
import type { Tables } from './tables.ts';

/** What the steps of locking have in common. */
export interface Means {
  readonly tables: Tables;
  readonly where: string;
  readonly machine: Machine;
  readonly clock: Clock;
  /** Milliseconds for which a holder believes in its lock after it last saw it. */
  readonly lease: number;
}

/**
 * The key of the advisory lock of one holder. Every change of the holder makes another key, so that a session that the server has not yet
 * ended, or that nobody may end, stands in no one's way.
 */
export function keyOf({ schema }: Tables, rotation: string, fence: bigint): string {
  return createHash('sha256')
    .update(JSON.stringify(['keyturn', schema, encodeName(rotation), fence.toString()]))
    .digest()
    .readBigInt64BE(0)
    .toString();
}

export interface LockRow {
  readonly fence: bigint;
  /** JSON; undefined if nobody has the lock. */
  readonly holder: string | undefined;
}

export async function readLock(
  session: Session,
  { locks }: Tables,
  rotation: string,
): Promise<LockRow | undefined> {
  const [row] = await session.run(`select fence::text, holder from ${locks} where rotation = $1`, [
    encodeName(rotation),
  ]);
  return row === undefined
    ? undefined
    : { fence: BigInt(row['fence'] ?? 0), holder: row['holder'] ?? undefined };
}

/** Whether the process of a holder is gone, as far as this machine can know. */
export async function isGone(machine: Machine, holder: string): Promise<boolean> {
  const parsed = parseHolder(holder);
  return livenessOf(parsed, machine, await machine.look(parsed.pid)) === 'gone';
}

/**
 * Ends the lock of one holder: it cannot append anymore. Waits for what it is just writing. Does nothing if the lock has changed hands.
 *
 * @param mayBelieve whether the holder may believe in its lock for some time: the next one waits for that long
 */
export async function fenceOff(
  session: Session,
  { locks }: Tables,
  rotation: string,
  fence: bigint,
  mayBelieve: boolean,
): Promise<void> {
  await session.run(
    `update ${locks} set fence = fence + 1, holder = null,
        freed = case when $3::boolean then clock_timestamp() else freed end
      where rotation = $1 and fence = $2::bigint`,
    [encodeName(rotation), fence.toString(), String(mayBelieve)],
  );
}

/** The holder whose session is alive; undefined if there is none, or its process is known to be gone. */
export async function whoHolds(
  session: Session,
  { tables, machine }: Pick<Means, 'tables' | 'machine'>,
  rotation: string,
): Promise<string | undefined> {
  const row = await readLock(session, tables, rotation);
  if (row?.holder === undefined) return undefined;
  const key = BigInt.asUintN(64, BigInt(keyOf(tables, rotation, row.fence)));
  const [found] = await session.run(
    `select exists (select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
        and classid::bigint = $1::bigint and objid::bigint = $2::bigint
        and database = (select oid from pg_database where datname = current_database())) as held`,
    [(key >> 32n).toString(), (key & 0xffff_ffffn).toString()],
  );
  if (found?.['held'] !== 't' || (await isGone(machine, row.holder))) return undefined;
  return describeHolder(parseHolder(row.holder));
}

/** Ends the lock whoever has it, and describes that holder. */
export async function unlock(
  session: Session,
  tables: Tables,
  rotation: string,
): Promise<string | undefined> {
  const row = await readLock(session, tables, rotation);
  if (row?.holder === undefined) return undefined;
  await fenceOff(session, tables, rotation, row.fence, true);
  return describeHolder(parseHolder(row.holder));
}
