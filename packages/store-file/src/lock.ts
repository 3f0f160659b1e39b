import { follow, KeyturnError, type LedgerRecord, type Lock, type Revision } from '@keyturn/core';

import { failure, guarded, lost } from './failure.ts';
import { type Paths, refuseForeign } from './folder.ts';
import { writeHead } from './head.ts';
import { Journal } from './journal.ts';
import type { OpenFile } from './operations.ts';
import { beat, holds, leaveLock, type Means } from './ticket.ts';

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
    if (this.#release !== undefined) return Promise.reject(lost(this.#paths.ledger, 'none'));
    const result = this.#queue.then(() => this.#append(records, revision));
    this.#queue = result.catch(() => {});
    return result;
  }

  confirm(): Promise<void> {
    if (this.#release !== undefined) return Promise.reject(lost(this.#paths.ledger, 'none'));
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
      if (!(await journal.isInPlace())) throw this.#lose('unknown');
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

  async #confirm(effect: 'none' | 'unknown'): Promise<void> {
    const { operations } = this.#means;
    if (this.#loss.signal.aborted || !(await holds(operations, this.#paths, this.#ticket)))
      throw this.#lose(effect);
  }

  #lose(effect: 'none' | 'unknown'): KeyturnError {
    const error = lost(this.#paths.ledger, effect);
    clearInterval(this.#heart);
    this.#loss.abort(error);
    return error;
  }

  async #beat(): Promise<void> {
    try {
      await beat(this.#means, this.#paths, this.#ticket);
    } catch (error) {
      // Only a ticket that is gone is a loss; a disk that fails for a moment is not.
      if (KeyturnError.is(error) && this.#release === undefined) this.#lose('unknown');
    }
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
