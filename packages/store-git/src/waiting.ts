import {
  type Chapter,
  follow,
  formatLines,
  type LedgerRecord,
  type Revision,
  revisionBefore,
} from '@keyturn/core/ledger';

import type { BranchFile } from './chapter.ts';

interface Kept {
  readonly record: LedgerRecord;
  /** The end of the ledger after it. */
  readonly revision: Revision;
}

/** Records that are not pushed, or not known to be. */
export class Waiting {
  #records: readonly Kept[] = [];

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  get types(): readonly string[] {
    return this.#records.map(({ record }) => record.event.type);
  }

  /**
   * Adds records that follow a revision, and returns the one after them.
   *
   * @throws {KeyturnError} `STATE_CORRUPT` if they do not
   */
  add(records: readonly LedgerRecord[], start: Revision, where: string): Revision {
    const added: Kept[] = [];
    let revision = start;
    for (const record of records) {
      revision = follow(revision, record, where);
      added.push({ record, revision });
    }
    this.#records = [...this.#records, ...added];
    return revision;
  }

  /** Whether the record before this revision waits. */
  includes(revision: Revision): boolean {
    return this.#records.some((one) => one.revision === revision);
  }

  /** What is on the branch no longer waits. */
  pushed(end: Revision): void {
    const last = this.#records.findIndex(({ revision }) => revision === end);
    this.#records = this.#records.slice(last + 1);
  }

  drop(): void {
    this.#records = [];
  }

  /**
   * What a ledger becomes with these records, some of which an unanswered push might have written already; undefined if they do not
   * follow its end. Without content if nothing is missing.
   */
  onto(
    file: BranchFile,
    chapter: Chapter,
  ): { readonly end: Revision; readonly content?: Buffer } | undefined {
    const [first] = this.#records;
    const { revision } = chapter;
    const written = this.#records.findIndex((one) => one.revision === revision) + 1;
    const start = first && revisionBefore(first.record);
    if (start !== undefined && written === 0 && start !== revision) return undefined;
    const left = this.#records.slice(written);
    const end = left.at(-1)?.revision;
    if (end === undefined) return { end: revision };
    const records = left.map(({ record }) => record);
    const kept = file.content?.subarray(0, chapter.end) ?? Buffer.alloc(0);
    return { end, content: Buffer.concat([kept, Buffer.from(formatLines(records, chapter))]) };
  }
}
