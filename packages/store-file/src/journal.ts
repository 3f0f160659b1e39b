import { dirname } from 'node:path';

import { syncFolder, hasCode } from '@keyturn/core';

import { type Chapter, formatLines, type LedgerRecord, type Revision } from '@keyturn/core/ledger';

import { chapterOf } from './chapter.ts';
import { failure } from './failure.ts';
import { isThere, type Paths } from './folder.ts';
import { readHead } from './head.ts';
import { type FileOperations, openFile, type OpenFile, removeFile } from './operations.ts';

/** The file of a ledger, open for appending. */
export class Journal {
  readonly #operations: FileOperations;
  readonly #path: string;
  readonly #file: OpenFile;
  #end: number;
  /** How much of the file is certainly durable, as far as this journal knows. */
  #durable: number;
  #isOpen: boolean;
  /** The revision that the file ends with. */
  revision: Revision;

  private constructor(
    operations: FileOperations,
    path: string,
    file: OpenFile,
    { end, isOpen, revision }: Chapter,
  ) {
    this.#operations = operations;
    this.#path = path;
    this.#file = file;
    this.#end = end;
    this.#durable = end;
    this.#isOpen = isOpen;
    this.revision = revision;
  }

  /**
   * Opens or creates the file, and removes an incomplete last line once `confirm` resolves. A process that has the lock after it
   * opened the file also had it when it opened the file; after a takeover, that file is no longer used.
   */
  static async open(
    operations: FileOperations,
    paths: Paths,
    inspect: (file: OpenFile) => void,
    confirm: () => Promise<void>,
  ): Promise<Journal> {
    // A ledger that was removed starts from nothing.
    if (!(await isThere(operations, paths.ledger))) await removeFile(operations, paths.head);
    const head = await readHead(operations, paths);
    const file = await openFile(operations, paths.ledger, 'append');
    try {
      inspect(file);
      await confirm();
      if (file.size === 0) await syncNames(operations, paths);
      const chapter = await chapterOf(file, paths, head);
      const { size } = await file.handle.stat();
      if (size > chapter.end) await file.handle.truncate(chapter.end);
      return new Journal(operations, paths.ledger, file, chapter);
    } catch (error) {
      await file.handle.close();
      throw error;
    }
  }

  /** Whether the path still points to this file. */
  async isInPlace(): Promise<boolean> {
    try {
      const { dev, ino } = await this.#operations.lstat(this.#path);
      return dev === this.#file.dev && ino === this.#file.ino;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /** Whether the file is unchanged since this journal's last write. */
  async isUntouched(): Promise<boolean> {
    return (await this.isInPlace()) && (await this.#file.handle.stat()).size === this.#end;
  }

  /**
   * Appends with one write. After a failure the previous state of the file is restored if possible.
   *
   * @throws {KeyturnError} `STATE_FAILED`
   */
  async write(records: readonly LedgerRecord[], revision: Revision): Promise<void> {
    const { handle } = this.#file;
    const bytes = Buffer.from(formatLines(records, { isOpen: this.#isOpen }));
    try {
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw Object.assign(new Error(), { code: 'ENOSPC' });
    } catch (error) {
      throw failure(this.#path, error, (await this.#putBack(this.#end)) ? 'none' : 'unknown');
    }
    this.#end += bytes.length;
    this.#isOpen = false;
    this.revision = revision;
  }

  /**
   * Makes everything that was written durable, with one sync. After a failure nobody knows what the disk has of it, so that it is removed
   * if possible.
   *
   * @throws {KeyturnError} `STATE_FAILED`
   */
  async sync(): Promise<void> {
    try {
      await this.#file.handle.datasync();
      this.#durable = this.#end;
    } catch (error) {
      throw failure(this.#path, error, (await this.#putBack(this.#durable)) ? 'none' : 'unknown');
    }
  }

  async close(): Promise<void> {
    await this.#file.handle.close().catch(() => {});
  }

  async #putBack(end: number): Promise<boolean> {
    try {
      await this.#file.handle.truncate(end);
      await this.#file.handle.datasync();
      return true;
    } catch {
      return false;
    }
  }
}

/** Makes the names of a new ledger and its folder durable: the process that created the folder may have been killed before. */
async function syncNames(operations: FileOperations, { folder }: Paths): Promise<void> {
  await syncFolder(operations, folder);
  await syncFolder(operations, dirname(folder)).catch((error: unknown) => {
    // A folder that cannot be read (0711) cannot be opened and synced.
    if (!hasCode(error, 'EACCES')) throw error;
  });
}
