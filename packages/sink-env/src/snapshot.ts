import { type BigIntStats, constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { hasCode } from '@keyturn/core';

import { failure } from './failure.ts';
import { notRegular, notText, tooLarge } from './messages.ts';
import { MOST_BYTES, type Place } from './place.ts';

/** A file as it was read, with what shows whether it has been changed since. */
export interface Snapshot {
  readonly stats: BigIntStats;
  readonly mark: string;
  /** One character per byte. */
  readonly text: string;
}

// Windows has neither flag: there, links need privileges, and pipes are not files.
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MARK = '\u00ef\u00bb\u00bf';

/** Reads the file; undefined if it does not exist. */
export async function readSnapshot(id: string, { path }: Place): Promise<Snapshot | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | CAREFUL);
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile()) throw notRegular(id);
      if (stats.size > MOST_BYTES) throw tooLarge(id);
      const text = (await handle.readFile()).toString('latin1');
      if (text.includes('\0')) throw notText(id);
      const mark = text.startsWith(MARK) ? MARK : '';
      return { stats, mark, text: text.slice(mark.length) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw failure(id, error);
  }
}

const KEPT = ['dev', 'mode', 'uid', 'gid'] as const;

/** Whether the file is still as it was read. Compares the content, because a change within the clock's tick can keep time and size. */
export async function isUnchanged(
  id: string,
  place: Place,
  before: Snapshot | undefined,
): Promise<boolean> {
  const now = await readSnapshot(id, place);
  if (now === undefined || before === undefined) return now === before;
  return (
    now.mark === before.mark &&
    now.text === before.text &&
    KEPT.every((key) => now.stats[key] === before.stats[key])
  );
}

const SECOND = 1_000_000_000n;

/** When a file was last changed: ISO 8601, in whole milliseconds, rounded like the `mtime` of `fs.stat`. */
export function modifiedAt({ mtimeNs }: BigIntStats): string {
  const milliseconds = Number(mtimeNs / SECOND) * 1000 + Number(mtimeNs % SECOND) / 1_000_000;
  return new Date(Math.round(milliseconds)).toISOString();
}
