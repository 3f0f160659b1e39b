import { join } from 'node:path';

import {
  hasCode,
  withEffect,
  type Effect,
  type KeyturnError,
  type LockBackend,
} from '@keyturn/core';
import {
  type AppendOptions,
  follow,
  ledgerChanged,
  lockReleased,
  type LedgerRecord,
  type Revision,
} from '@keyturn/core/ledger';

import { failure, guarded } from './failure.ts';
import { type Paths, refuseForeign } from './folder.ts';
import { writeHead } from './head.ts';
import { touch } from './heartbeat.ts';
import { Journal } from './journal.ts';
import { explainLoss } from './loss.ts';
import { ledgerReplaced } from './messages.ts';
import type { OpenFile } from './operations.ts';
import type { Means } from './lock-folder.ts';
import { isHeld, releaseLock } from './acquire.ts';

/** The number of heartbeats per lease. */
const BEATS = 4;

/** Permission to append to one ledger, while its lock file is in the lock's folder. */
export class FileLock implements LockBackend {
  readonly #means: Means;
  readonly #paths: Paths;
  readonly #lockFile: string;
  readonly #loss = new AbortController();
  readonly #heart: NodeJS.Timeout;
  #journal: Journal | undefined;
  /** Something was appended that might not be durable yet. */
  #isDirty = false;
  #queue: Promise<unknown> = Promise.resolve();
  #release: Promise<void> | undefined;

  constructor(means: Means, paths: Paths, lockFile: string) {
    this.#means = means;
    this.#paths = paths;
    this.#lockFile = lockFile;
    this.#heart = setInterval(() => void this.#beat(), means.lease / BEATS).unref();
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    { durable = 'now' }: Pick<AppendOptions, 'durable'> = {},
  ): Promise<Revision> {
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#paths.ledger));
    const result = this.#queue.then(() => this.#append(records, revision, durable === 'now'));
    this.#queue = result.catch(() => {});
    return result;
  }

  confirm(): Promise<void> {
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#paths.ledger));
    return guarded(this.#paths.lock, () => this.#confirm('none'));
  }

  release(): Promise<void> {
    this.#release ??= this.#queue.then(async () => {
      clearInterval(this.#heart);
      try {
        if (this.#isDirty) await this.#sync(await this.#open());
      } finally {
        await this.#close();
        // A lock file that cannot be removed is taken over once this process has ended.
        await releaseLock(this.#means.operations, this.#paths, this.#lockFile).catch(() => {});
      }
    });
    return this.#release;
  }

  async #append(
    records: readonly LedgerRecord[],
    revision: Revision,
    isUrgent: boolean,
  ): Promise<Revision> {
    try {
      const journal = await this.#open();
      if (journal.revision !== revision) throw ledgerChanged(this.#paths.ledger);
      const next = records.reduce(
        (last, record) => follow(last, record, this.#paths.ledger),
        revision,
      );
      if (records.length > 0) {
        this.#isDirty = true;
        await journal.write(records, next);
      }
      if (isUrgent && this.#isDirty) await this.#sync(journal);
      return next;
    } catch (error) {
      // The end of the file is read again before the next write. What may be lost is told now, and not again by the release.
      this.#isDirty = false;
      await this.#close();
      throw failure(this.#paths.ledger, error, 'unknown');
    }
  }

  async #sync(journal: Journal): Promise<void> {
    await journal.sync();
    await this.#confirm('unknown');
    if (!(await journal.isInPlace())) throw this.#lose(ledgerReplaced(this.#paths.ledger));
    await writeHead(this.#means.operations, this.#paths, this.#lockFile, journal.revision);
    this.#isDirty = false;
  }

  /** The journal, reopened if the file was changed; the lock is confirmed after it was opened. */
  async #open(): Promise<Journal> {
    if (this.#journal !== undefined && !(await this.#journal.isUntouched())) await this.#close();
    if (this.#journal !== undefined) {
      await this.#confirm('none');
      return this.#journal;
    }
    await this.#confirm('none');
    const { operations, machine } = this.#means;
    const { ledger } = this.#paths;
    try {
      this.#journal = await Journal.open(
        operations,
        this.#paths,
        (file: OpenFile) => refuseForeign(ledger, file, machine),
        () => this.#confirm('none'),
      );
      return this.#journal;
    } catch (error) {
      throw failure(ledger, error);
    }
  }

  async #confirm(effect: Effect): Promise<void> {
    const { operations, identity } = this.#means;
    const { aborted, reason } = this.#loss.signal;
    // The reason is known; only the effect of this append is different.
    if (aborted) throw withEffect(reason as unknown, effect);
    if (await isHeld(operations, this.#paths, this.#lockFile)) return;
    throw this.#lose(await explainLoss(operations, this.#paths, identity, effect));
  }

  #lose(error: KeyturnError): KeyturnError {
    clearInterval(this.#heart);
    this.#loss.abort(error);
    return error;
  }

  async #beat(): Promise<void> {
    const { operations, identity } = this.#means;
    try {
      await touch(operations, join(this.#paths.lock, this.#lockFile));
    } catch (error) {
      // Only a missing lock file means that the lock is lost; a temporary disk failure does not.
      if (!hasCode(error, 'ENOENT', 'ENOTDIR') || this.#release !== undefined) return;
      const loss = await explainLoss(operations, this.#paths, identity, 'unknown').catch(
        () => undefined,
      );
      if (loss !== undefined) this.#lose(loss);
    }
  }

  async #close(): Promise<void> {
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
  }
}
