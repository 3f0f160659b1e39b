import { relative } from 'node:path';

import type { CheckOptions, SinkReport } from '@keyturn/core';

import { type EnvFile, writablePlace } from './env-file.ts';
import { isUnignored } from './git.ts';
import { allGone, direnvBlocks, hardLinked, notIgnored, readableByOthers } from './messages.ts';
import { refuseFull } from './room.ts';
import { modifiedAt, readSnapshot, type Snapshot } from './snapshot.ts';

const READABLE_BY_OTHERS = 0o044n;

/** Verifies without writing that the names can be written, and reports which are present. */
export async function check(
  file: EnvFile,
  names: readonly string[],
  options: CheckOptions,
): Promise<SinkReport> {
  const { id, format, context } = file;
  const place = await writablePlace(file, options);
  const snapshot = await readSnapshot(id, place);
  const text = snapshot?.text ?? '';
  await refuseFull(file, place, text, names);
  const set = new Set(format.scan(text).assignments.map(({ name }) => name));
  return {
    // Each write replaces the file, so only its path identifies it. Different spellings of one path end up the same here.
    place: place.path,
    present: names.filter((name) => set.has(name)).map((name) => ({ name, ...dated(snapshot) })),
    warnings: [
      ...(place.name === '.envrc'
        ? [direnvBlocks(relative(context.directory, place.folder) || '.')]
        : []),
      ...(((snapshot?.stats.mode ?? 0n) & READABLE_BY_OTHERS) === 0n
        ? []
        : [readableByOthers(place.path)]),
      ...(options.known === true && !names.some((name) => set.has(name)) ? [allGone()] : []),
      ...((snapshot?.stats.nlink ?? 1n) === 1n ? [] : [hardLinked()]),
      ...((await isUnignored(place, context, options)) ? [notIgnored()] : []),
    ],
  };
}

function dated(snapshot: Snapshot | undefined): { updatedAt?: string } {
  return snapshot === undefined ? {} : { updatedAt: modifiedAt(snapshot.stats) };
}
