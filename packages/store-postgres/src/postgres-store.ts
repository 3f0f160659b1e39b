import type { Clock, Environment, StoreBackend } from '@keyturn/core';
import { EMPTY, holderOf, type Machine, thisMachine } from '@keyturn/core/ledger';

import { acquire } from './acquire.ts';
import { takePoints } from './budget.ts';
import { checkDatabase } from './check.ts';
import { claim, newClaimant } from './claim.ts';
import { Connector } from './connect.ts';
import { failed, guarded } from './failure.ts';
import { type Means, unlock, whoHolds } from './grip.ts';
import { readHistory } from './history.ts';
import { interruptedBy } from './interrupt.ts';
import { type Location, shownLocation } from './location.ts';
import { PostgresLock } from './lock.ts';
import { lockWaitInterrupted } from './messages.ts';
import { Schema } from './migrations.ts';
import { Pool } from './pool.ts';
import { readChapter, readMentioning, readRotations, whereIs } from './reading.ts';
import type { Session, Timeouts } from './session.ts';
import { tablesIn } from './tables.ts';

export interface PostgresStoreOptions {
  readonly location: Location;
  readonly clock: Clock;
  readonly env: Environment;
  readonly directory: string;
  readonly machine?: Machine;
  /** @default ten seconds, in milliseconds */
  readonly lease?: number;
  /** @default ten seconds, in milliseconds */
  readonly connectTimeout?: number;
  /** @default two seconds, in milliseconds; see {@link Timeouts} */
  readonly patience?: number;
}

const TEN_SECONDS = 10_000;

/** The store of `postgresStore`, with everything that tests replace passed in. Makes no connection before it is used. */
export function createPostgresStore({
  location,
  clock,
  env,
  directory,
  machine: given,
  lease = TEN_SECONDS,
  connectTimeout = TEN_SECONDS,
  patience = 2000,
}: PostgresStoreOptions) {
  const where = shownLocation(location);
  const timeouts: Timeouts = { connect: connectTimeout, statement: location.timeout, patience };
  const connector = new Connector({ location, where, env, directory, timeouts });
  const pool = new Pool(where, (signal) => connector.connect('read', signal));
  const tables = tablesIn(location.schema);
  const schema = new Schema(tables, where);
  const locks = new Set<PostgresLock>();

  let known: Promise<Machine> | undefined;
  const thisOne = (): Promise<Machine> =>
    (known ??= given === undefined ? thisMachine() : Promise.resolve(given));

  /** Reads; where there are no tables yet, there is nothing. */
  const read = <Result>(
    signal: AbortSignal | undefined,
    nothing: Result,
    action: (session: Session) => Promise<Result>,
  ): Promise<Result> =>
    guarded(where, () =>
      pool.use(signal, async (session) =>
        (await schema.isThere(session)) ? action(session) : nothing,
      ),
    );

  return {
    open: (rotation, { signal }) =>
      read(signal, { records: [], revision: EMPTY }, (session) =>
        readChapter(session, tables, rotation, whereIs(where, rotation)),
      ),
    history: (rotation, { signal }) =>
      readHistory((nothing, action) => read(signal, nothing, action), tables, rotation, where),
    async lock(rotation, owner, { signal }) {
      const machine = await thisOne();
      const means: Means = {
        tables,
        where: whereIs(where, rotation),
        machine,
        clock,
        lease,
      };
      return guarded(where, async () => {
        const session = await connector.connect('lock', signal);
        try {
          return await interruptedBy(session, signal, async () => {
            await schema.prepare(session);
            const holder = JSON.stringify(await holderOf(machine, owner, clock));
            const grip = await acquire(means, session, rotation, holder, signal);
            const lock = new PostgresLock(means, { session, pool }, rotation, grip);
            locks.add(lock);
            session.onEnd(() => locks.delete(lock));
            if (grip.wait > 0) await waitFor(lock, grip.wait, signal);
            if (!signal.aborted) return lock;
            // Nobody waits for it anymore.
            await lock.release();
            throw lockWaitInterrupted(where);
          });
        } catch (error) {
          await session.end();
          throw error;
        }
      });
    },
    rotations: ({ signal }) => read(signal, [], (session) => readRotations(session, tables)),
    holders: (token, { signal }) =>
      read(signal, [], (session) => readMentioning(session, tables, [token])),
    mentioning: (texts, { signal }) =>
      read(signal, [], (session) => readMentioning(session, tables, texts)),
    holder: async (rotation, { signal }) => {
      const machine = await thisOne();
      return read(signal, undefined, (session) => whoHolds(session, { tables, machine }, rotation));
    },
    unlock: (rotation, { signal }) =>
      read(signal, undefined, (session) => unlock(session, tables, rotation)),
    claim: (rotation, key, { signal }) => {
      const claimant = newClaimant();
      return guarded(
        where,
        () =>
          pool.use(signal, async (session) => {
            await schema.prepare(session);
            return claim(session, tables, rotation, key, claimant);
          }),
        'unknown',
      );
    },
    // Where there are no tables, no program has run yet. Who only reads makes none.
    take: (limit, points, { signal }) =>
      read(signal, { points: points.wanted, validMs: 1000, waitMs: 0 }, (session) =>
        takePoints(session, tables, limit, points),
      ),
    now: ({ signal }) =>
      guarded(where, () =>
        pool.use(signal, async (session) => {
          const [row] = await session.run(
            'select (extract(epoch from clock_timestamp()) * 1000)::float8::text as now',
          );
          return Math.floor(Number(row?.['now']));
        }),
      ),
    check: ({ signal }) => checkDatabase({ connector, schema, tables, location, where }, signal),
    async close() {
      await Promise.all([...locks].map((lock) => lock.release().catch(() => {})));
      await pool.close();
    },
  } satisfies StoreBackend;

  /** The former holder may believe in its lock for that long. */
  async function waitFor(
    lock: PostgresLock,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await clock.sleep(milliseconds, signal);
      await lock.confirm();
    } catch (error) {
      await lock.release();
      throw signal?.aborted === true ? lockWaitInterrupted(where) : failed(where, error);
    }
  }
}
