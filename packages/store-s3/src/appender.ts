import { KeyturnError } from '@keyturn/core';
import { ledgerChanged, type LedgerRecord, type Revision, serialise } from '@keyturn/core/ledger';

import type { Call } from './client.ts';
import { type Entry, formatEntry, parseEntry } from './entry.ts';
import { isOutranked } from './fence.ts';
import type { Lease } from './lease.ts';
import type { Means } from './means.ts';
import { objectMissing, recordsTooLarge } from './messages.ts';
import { type Tail, tailOf } from './reader.ts';

const MEBIBYTE = 1024 * 1024;
/** A response is read up to 8 MiB. */
const MOST_BYTES = 7 * MEBIBYTE;
/** Records that wait for the next write are written once they are this large. */
const FULL = 3 * MEBIBYTE;
const MOST_FENCES = 100;

/** Writes to the end of one ledger: first in memory, then as the object with the next number. */
export class Appender {
  readonly #means: Means;
  readonly #rotation: string;
  readonly #lease: Lease;
  #waiting: LedgerRecord[] = [];
  #bytes = 0;
  #waitingEnd: Revision | undefined;
  #tail: Tail | undefined;
  #isSettled = true;

  constructor(means: Means, rotation: string, lease: Lease) {
    this.#means = means;
    this.#rotation = rotation;
    this.#lease = lease;
  }

  /** Whether nothing that was written can appear later. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get isFull(): boolean {
    return this.#bytes >= FULL;
  }

  /** Whether the end of the ledger shows that another lock came after this one. */
  get isOutranked(): boolean {
    return this.#tail !== undefined && isOutranked(this.#tail, this.#lease);
  }

  /** The number of the newest object that this has seen. */
  get last(): number {
    return this.#tail?.number ?? 0;
  }

  /** Where the ledger ends: read again if it is not where somebody expects it. */
  async end(expected: Revision, call: Call): Promise<Revision> {
    if (this.#waitingEnd !== undefined) return this.#waitingEnd;
    this.#tail ??= this.#means.tails.get(this.#rotation);
    if (this.#tail?.end !== expected) {
      const newest = await this.#means.reader.newest(this.#rotation, call);
      this.#tail = tailOf(newest);
    }
    if (this.#tail.number < this.#lease.last)
      throw objectMissing(this.#means.reader.where(this.#rotation, this.#lease.last));
    return this.#tail.end;
  }

  /** @param end where the ledger ends with these records */
  add(records: readonly LedgerRecord[], end: Revision): void {
    if (records.length === 0) return;
    const bytes = records.reduce((sum, one) => sum + Buffer.byteLength(serialise(one)) + 1, 0);
    const { reader } = this.#means;
    if (bytes > MOST_BYTES - FULL)
      throw recordsTooLarge(
        reader.where(this.#rotation, this.last + 1),
        (MOST_BYTES - FULL) / MEBIBYTE,
      );
    this.#waiting.push(...records);
    this.#bytes += bytes;
    this.#waitingEnd = end;
  }

  /**
   * Writes everything that waits as one object. After a failure nothing waits anymore, and the end of the ledger is read again.
   *
   * @returns `outranked` if another lock came after this one
   * @throws {KeyturnError} `STATE_CONFLICT`, `STATE_FAILED`
   */
  async flush(call: Call): Promise<'written' | 'outranked'> {
    const records = this.#waiting;
    const end = this.#waitingEnd;
    const tail = this.#tail;
    if (end === undefined || tail === undefined) return 'written';
    this.#drop();
    try {
      const written = await this.#write(records, end, tail, call);
      if (written === undefined) return 'outranked';
      this.#tail = written;
      this.#means.tails.set(this.#rotation, written);
      return 'written';
    } catch (error) {
      this.#tail = undefined;
      this.#means.tails.delete(this.#rotation);
      if (!KeyturnError.is(error) || error.effect === 'unknown') this.#isSettled = false;
      throw error;
    }
  }

  #drop(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#waitingEnd = undefined;
  }

  /**
   * Creates the next object; undefined if another lock came after this one. Only the creation decides: what is known of the end of the
   * ledger can be out of date.
   */
  async #write(
    records: readonly LedgerRecord[],
    end: Revision,
    from: Tail,
    call: Call,
  ): Promise<Tail | undefined> {
    const { objects, keys, reader } = this.#means;
    const rotation = this.#rotation;
    const { term, writer } = this.#lease;
    const opens = records.some(({ event }) => event.type === 'opened');
    let tail = from;
    for (let fences = 0; fences <= MOST_FENCES; fences++) {
      const number = tail.number + 1;
      const chapter = opens ? number : tail.chapter;
      const head = { rotation, number, term, writer, chapter, before: from.end, end };
      const key = keys.entry(rotation, number);
      const result = await objects.create(key, formatEntry(head, records), call);
      if (result.written) return { number, term, writer, chapter, end };
      if (result.found === undefined) break;
      const there = parseEntry(result.found.text, reader.where(rotation, number), {
        rotation,
        number,
      });
      tail = tailOf(there);
      if (isOutranked(tail, this.#lease)) return undefined;
      if (!isFence(there)) break;
      // Of a former holder that wanted to take over, and was too slow. It says nothing about the records.
    }
    throw ledgerChanged(reader.where(rotation, tail.number));
  }
}

function isFence({ lines, before, end }: Entry): boolean {
  return lines.length === 0 && before === end;
}
