import { type CallOptions, type Effect, type KeyturnError, type LockBackend } from '@keyturn/core';
import {
  type AppendOptions,
  follow,
  ledgerChanged,
  lockReleased,
  type LedgerRecord,
  type Revision,
} from '@keyturn/core/ledger';

import type { Grip } from './acquire.ts';
import { appendRecords, isKept } from './append.ts';
import { type DatabaseFailure, failed, isFailure } from './failure.ts';
import { fenceOff, type Means } from './grip.ts';
import { Held } from './held.ts';
import { connectionLost, lockTaken, poolerFound, writeUnanswered } from './messages.ts';
import { interruptedBy } from './interrupt.ts';
import { encodeName } from './names.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';

/** Milliseconds between signs of life. The server ends the session after four of them are missing. */
const BEAT = 15_000;
/** Milliseconds that the next run may be worth, when the connection is gone. */
const COURTESY = 3000;
const UNIQUE_VIOLATION = '23505';

type Some = Partial<Pick<CallOptions, 'signal'>>;

/** Permission to append to one ledger, while its session lives and its fence is in the table. */
export class PostgresLock implements LockBackend {
  readonly #means: Means;
  readonly #session: Session;
  readonly #pool: Pool;
  readonly #rotation: string;
  readonly #fence: bigint;
  readonly #held: Held;
  readonly #heart: NodeJS.Timeout;
  /** The end of the ledger with what waits; undefined if it is not known what was written. */
  #end: Revision | undefined;
  /** Appended, and written with the next append or the release. */
  #waiting: readonly LedgerRecord[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #look: Promise<void> | undefined;
  #release: Promise<void> | undefined;
  /** The fence was moved on, or somebody else did that. */
  #isOver = false;

  constructor(
    means: Means,
    { session, pool }: { readonly session: Session; readonly pool: Pool },
    rotation: string,
    { fence, end, asked }: Grip,
  ) {
    this.#means = means;
    this.#session = session;
    this.#pool = pool;
    this.#rotation = rotation;
    this.#fence = fence;
    this.#end = end;
    this.#held = new Held(means.clock, means.lease, asked);
    this.#heart = setInterval(() => void this.#roundTrip().catch(() => {}), BEAT).unref();
    session.onEnd(() => {
      if (this.#release === undefined) this.#lose(connectionLost(means.where));
    });
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  get heldUntil(): number {
    return this.#held.until;
  }

  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    { durable = 'now', signal }: Partial<AppendOptions> = {},
  ): Promise<Revision> {
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#means.where));
    const result = this.#queue.then(() =>
      interruptedBy(this.#session, signal, () =>
        this.#append(records, revision, durable === 'now'),
      ),
    );
    this.#queue = result.catch(() => {});
    return result;
  }

  async confirm({ signal }: Some = {}): Promise<void> {
    if (this.#release !== undefined) throw lockReleased(this.#means.where);
    this.#expectHeld();
    if (this.#held.isFresh) return;
    await interruptedBy(this.#session, signal, () => this.#roundTrip());
  }

  release({ signal }: Some = {}): Promise<void> {
    this.#release ??= this.#queue.then(() =>
      interruptedBy(this.#session, signal, async () => {
        clearInterval(this.#heart);
        try {
          if (this.#waiting.length > 0) await this.#write(this.#waiting);
        } finally {
          await this.#letGo();
        }
      }),
    );
    return this.#release;
  }

  async #append(
    records: readonly LedgerRecord[],
    revision: Revision,
    isUrgent: boolean,
  ): Promise<Revision> {
    const { where } = this.#means;
    this.#expectHeld();
    if (this.#end !== undefined && this.#end !== revision) {
      // Another run may be why.
      await this.#roundTrip();
      throw ledgerChanged(where);
    }
    const next = records.reduce((last, record) => follow(last, record, where), revision);
    this.#waiting = [...this.#waiting, ...records];
    this.#end = next;
    if (isUrgent && this.#waiting.length > 0) await this.#write(this.#waiting);
    return next;
  }

  /** What fails is said here, and not again by the release. */
  async #write(records: readonly LedgerRecord[]): Promise<void> {
    const [first] = records;
    this.#waiting = [];
    try {
      await this.#send(records);
    } catch (error) {
      const isUnknown = (error as { effect?: Effect }).effect === 'unknown';
      // Nothing was written: the ledger ends where it did before.
      this.#end = isUnknown || first === undefined ? undefined : `${first.seq - 1}:${first.prev}`;
      throw error;
    }
  }

  async #send(records: readonly LedgerRecord[]): Promise<void> {
    const { tables, where } = this.#means;
    this.#expectHeld();
    const asked = this.#held.now();
    try {
      const found = await appendRecords(
        this.#session,
        tables,
        this.#rotation,
        this.#fence,
        records,
      );
      if (!found.isSameSession) throw this.#lose(poolerFound(where));
      if (!found.isHeld) throw this.#loseToAnother();
      this.#held.see(asked);
      if (!found.isAtEnd) throw ledgerChanged(where);
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.sqlstate === UNIQUE_VIOLATION) throw ledgerChanged(where);
      if (error.kind === 'refused') throw failed(where, error);
      await this.#lookUp(records, error);
    }
  }

  /**
   * The answer was lost. Moves the fence on over another connection, which waits for what the old one is still writing, so that it is
   * settled; then looks whether the last record is there.
   */
  async #lookUp(records: readonly LedgerRecord[], failure: DatabaseFailure): Promise<void> {
    const { tables, where } = this.#means;
    const last = records.at(-1);
    const loss = this.#lose(connectionLost(where));
    if (!failure.sent || last === undefined) throw loss;
    let isThere: boolean;
    try {
      isThere = await this.#pool.use(undefined, async (session) => {
        await fenceOff(session, tables, this.#rotation, this.#fence, false);
        return isKept(session, tables, this.#rotation, last);
      });
    } catch {
      throw writeUnanswered(where);
    }
    this.#isOver = true;
    if (!isThere) throw loss;
  }

  #expectHeld(): void {
    const { loss } = this.#held;
    if (loss !== undefined) throw loss;
  }

  /** Asks whether the lock is still held; several who ask at once share one answer. */
  #roundTrip(): Promise<void> {
    this.#look ??= this.#see().finally(() => (this.#look = undefined));
    return this.#look;
  }

  async #see(): Promise<void> {
    const { tables, where } = this.#means;
    this.#expectHeld();
    const asked = this.#held.now();
    try {
      const [row] = await this.#session.run(
        `select fence = $2::bigint as held, pg_backend_pid() = $3::integer as same
          from ${tables.locks} where rotation = $1`,
        [encodeName(this.#rotation), this.#fence.toString(), this.#session.pid],
      );
      if (row?.['same'] === 'f') throw this.#lose(poolerFound(where));
      if (row?.['held'] !== 't') throw this.#loseToAnother();
      this.#held.see(asked);
    } catch (error) {
      if (isFailure(error) && error.kind !== 'refused') throw this.#lose(connectionLost(where));
      throw failed(where, error);
    }
  }

  #lose(error: KeyturnError): KeyturnError {
    clearInterval(this.#heart);
    return this.#held.lose(error);
  }

  /** Another holder's fence is in the table: there is nothing to let go of. */
  #loseToAnother(): KeyturnError {
    this.#isOver = true;
    return this.#lose(lockTaken(this.#means.where));
  }

  /** Tells the next run that it need not wait. If that fails, the next run waits, or sees that this process is gone. */
  async #letGo(): Promise<void> {
    const free = (session: Session): Promise<void> =>
      fenceOff(session, this.#means.tables, this.#rotation, this.#fence, false);
    if (!this.#isOver)
      await (
        this.#session.isBroken
          ? this.#pool.use(AbortSignal.timeout(COURTESY), free)
          : free(this.#session)
      ).catch(() => {});
    await this.#session.end();
  }
}
