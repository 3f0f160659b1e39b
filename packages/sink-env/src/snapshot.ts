import { type BigIntStats, constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { failure, hasCode, unsafe } from './failure.ts';
import { MOST_BYTES, type Place } from './place.ts';

/** A file as it was read, with what tells whether it has been changed since. */
export interface Snapshot {
  readonly stats: BigIntStats;
  readonly mark: string;
  /** One character for each byte. */
  readonly text: string;
}

// Windows has neither: there is no link to follow without privileges, and no pipe to wait at.
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MARK = '\u00ef\u00bb\u00bf';

/** Reads the file; undefined where there is none. */
export async function readSnapshot(id: string, { path }: Place): Promise<Snapshot | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | CAREFUL);
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile() || stats.size > MOST_BYTES)
        throw unsafe(id, 'it is no plain file of at most 1 MiB', 'Name an env file.');
      const text = (await handle.readFile()).toString('latin1');
      if (text.includes('\0'))
        throw unsafe(id, 'it holds zero bytes', 'Save it as UTF-8: it is UTF-16, or no text.');
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

/** Whether the file is still as it was read: its content itself, since a change within the clock's tick leaves time and size alone. */
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

/** When a file was last changed, ISO 8601, in whole milliseconds: rounded as the `mtime` of `fs.stat` is. */
export function modifiedAt({ mtimeNs }: BigIntStats): string {
  const milliseconds = Number(mtimeNs / SECOND) * 1000 + Number(mtimeNs % SECOND) / 1_000_000;
  return new Date(Math.round(milliseconds)).toISOString();
}
