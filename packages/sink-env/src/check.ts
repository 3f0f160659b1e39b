import type { CallOptions, SinkReport } from '@keyturn/core';

import { type EnvFile, writablePlace } from './env-file.ts';
import { isUnignored } from './git.ts';
import { refuseFull } from './room.ts';
import { modifiedAt, readSnapshot, type Snapshot } from './snapshot.ts';

const READABLE_BY_OTHERS = 0o044n;

/** Proves without writing that the names can be written, and tells which are there. */
export async function check(
  file: EnvFile,
  names: readonly string[],
  options: CallOptions,
): Promise<SinkReport> {
  const { id, format, context } = file;
  const place = await writablePlace(file, options);
  const snapshot = await readSnapshot(id, place);
  const text = snapshot?.text ?? '';
  await refuseFull(file, place, text, names);
  const set = new Set(format.scan(text).assignments.map(({ name }) => name));
  return {
    // Of a file nothing is unchanging: each write exchanges it. Two spellings of one path meet here.
    place: place.path,
    present: names.filter((name) => set.has(name)).map((name) => ({ name, ...dated(snapshot) })),
    warnings: [
      ...(place.name === '.envrc'
        ? [
            'direnv blocks it after each change: run `direnv allow`, or deliver to .env and load that by `dotenv`',
          ]
        : []),
      ...(((snapshot?.stats.mode ?? 0n) & READABLE_BY_OTHERS) === 0n
        ? []
        : [`other users of this machine can read it: chmod 600 ${place.path}`]),
      ...((snapshot?.stats.nlink ?? 1n) === 1n
        ? []
        : ['it is a hard link: its other names keep the old values']),
      ...((await isUnignored(place, context, options))
        ? ['git does not ignore it, so it may be committed by accident']
        : []),
    ],
  };
}

function dated(snapshot: Snapshot | undefined): { updatedAt?: string } {
  return snapshot === undefined ? {} : { updatedAt: modifiedAt(snapshot.stats) };
}
