import { join } from 'node:path';

import {
  type Effect,
  follow,
  KeyturnError,
  type LedgerRecord,
  type Lock,
  type Revision,
  withEffect,
} from '@keyturn/core';

import { failure, guarded, hasCode, lost } from './failure.ts';
import { type Paths, refuseForeign } from './folder.ts';
import { writeHead } from './head.ts';
import { touch } from './heartbeat.ts';
import { Journal } from './journal.ts';
import { explainLoss } from './loss.ts';
import type { OpenFile } from './operations.ts';
import type { Means } from './tenant.ts';
import { holds, leaveLock } from './ticket.ts';

/** So many heartbeats fit into a lease. */
const BEATS = 4;

/** The right to append to one ledger, for as long as its ticket lies in the lock's folder. */
export class FileLock implements Lock {
  readonly #means: Means;
  readonly #paths: Paths;
  readonly #ticket: string;
  readonly #loss = new AbortController();
  readonly #heart: NodeJS.Timeout;
  #journal: Journal | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #release: Promise<void> | undefined;

  constructor(means: Means, paths: Paths, ticket: string) {
    this.#means = means;
    this.#paths = paths;
    this.#ticket = ticket;
    this.#heart = setInterval(() => void this.#beat(), means.lease / BEATS).unref();
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  append(records: readonly LedgerRecord[], revision: Revision): Promise<Revision> {
    if (this.#release !== undefined) return Promise.reject(this.#released());
    const result = this.#queue.then(() => this.#append(records, revision));
    this.#queue = result.catch(() => {});
    return result;
  }

  confirm(): Promise<void> {
    if (this.#release !== undefined) return Promise.reject(this.#released());
    return guarded(this.#paths.lock, () => this.#confirm('none'));
  }

  release(): Promise<void> {
    this.#release ??= this.#queue.then(async () => {
      clearInterval(this.#heart);
      await this.#close();
      // What cannot be removed is taken over from this process as soon as it has ended.
      await leaveLock(this.#means.operations, this.#paths, this.#ticket).catch(() => {});
    });
    return this.#release;
  }

  async #append(records: readonly LedgerRecord[], revision: Revision): Promise<Revision> {
    try {
      const journal = await this.#open();
      if (journal.revision !== revision) throw this.#conflict();
      if (records.length === 0) return revision;
      const next = records.reduce(
        (last, record) => follow(last, record, this.#paths.ledger),
        revision,
      );
      await journal.write(records, next);
      await this.#confirm('unknown');
      if (!(await journal.isInPlace())) throw this.#lose(this.#replaced());
      await writeHead(this.#means.operations, this.#paths, this.#ticket, next);
      return next;
    } catch (error) {
      // What the file ends with is read again before anything else is written to it.
      await this.#close();
      throw failure(this.#paths.ledger, error, 'unknown');
    }
  }

  /** The journal, opened anew where somebody else changed the file; the lock is ours after it was opened. */
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
    const { operations, home } = this.#means;
    const { aborted, reason } = this.#loss.signal;
    // It was said what happened; only what this append came to is another matter.
    if (aborted) throw withEffect(reason as unknown, effect);
    if (await holds(operations, this.#paths, this.#ticket)) return;
    throw this.#lose(await explainLoss(operations, this.#paths, home, effect));
  }

  #lose(error: KeyturnError): KeyturnError {
    clearInterval(this.#heart);
    this.#loss.abort(error);
    return error;
  }

  async #beat(): Promise<void> {
    const { operations, home } = this.#means;
    try {
      await touch(operations, join(this.#paths.lock, this.#ticket));
    } catch (error) {
      // Only a ticket that is gone is a loss; a disk that fails for a moment is not.
      if (!hasCode(error, 'ENOENT', 'ENOTDIR') || this.#release !== undefined) return;
      const loss = await explainLoss(operations, this.#paths, home, 'unknown').catch(
        () => undefined,
      );
      if (loss !== undefined) this.#lose(loss);
    }
  }

  #released(): KeyturnError {
    return lost(this.#paths.ledger, 'none', 'the lock was released');
  }

  #replaced(): KeyturnError {
    return lost(
      this.#paths.ledger,
      'unknown',
      'the file was replaced or removed while this run was writing to it',
      'Find out what does that (a restore, git, a synced folder), then run it again.',
    );
  }

  async #close(): Promise<void> {
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
  }

  #conflict(): KeyturnError {
    return new KeyturnError(
      'STATE_CONFLICT',
      `${this.#paths.ledger}: it does not end with the record that this run goes on from`,
      { hint: 'Run it again: it reads the ledger afresh.', effect: 'none' },
    );
  }
}
