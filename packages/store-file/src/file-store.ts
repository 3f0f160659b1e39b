import { namesIn, type Clock, hasCode, mapLimited, type StoreBackend } from '@keyturn/core';
import {
  decodeName,
  encodeName,
  holderOf,
  isShortened,
  type Machine,
  thisMachine,
} from '@keyturn/core/ledger';

import { lastChapter } from './chapter.ts';
import { checkFolder } from './check.ts';
import { claim } from './claim.ts';
import { guarded } from './failure.ts';
import { LEDGER, type Paths, pathsNamed, pathsOf, prepareFolder, refuseForeign } from './folder.ts';
import { mayMention, readHistory, rotationOf } from './history.ts';
import { FileLock } from './lock.ts';
import { type FileOperations, fileOperations, type OpenFile } from './operations.ts';
import { whoHolds } from './lock-folder.ts';
import { takeOver } from './takeover.ts';
import { acquireLock, evictAny, releaseLock } from './acquire.ts';

export interface FileStoreOptions {
  /** An absolute path. */
  readonly folder: string;
  readonly clock: Clock;
  /** @default two minutes, in milliseconds */
  readonly lease?: number;
  readonly operations?: FileOperations;
  readonly machine?: Machine;
}

const TWO_MINUTES = 120_000;
/** How many ledgers are searched at once. */
const AT_ONCE = 16;

/** The store of `fileStore`, with everything that tests replace passed in. */
export function createFileStore({
  folder,
  clock,
  lease = TWO_MINUTES,
  operations = fileOperations,
  machine: given,
}: FileStoreOptions) {
  let known: Promise<Machine> | undefined;
  const thisOne = (): Promise<Machine> =>
    (known ??= given ? Promise.resolve(given) : thisMachine());

  return {
    open(rotation) {
      const paths = pathsOf(folder, rotation);
      return guarded(paths.ledger, async () => {
        const machine = await thisOne();
        const inspect = (file: OpenFile): void => refuseForeign(paths.ledger, file, machine);
        try {
          const { records, revision } = await lastChapter(operations, paths, inspect);
          return { records, revision };
        } catch (error) {
          if (hasCode(error, 'STATE_CORRUPT')) await throwWithLine(operations, paths);
          throw error;
        }
      });
    },
    history: (rotation) => readHistory(operations, pathsOf(folder, rotation)),
    async lock(rotation, owner) {
      const paths = pathsOf(folder, rotation);
      return guarded(paths.lock, async () => {
        const machine = await thisOne();
        const identity = await prepareFolder(operations, machine, folder);
        const means = { operations, machine, lease, identity };
        const holder = await holderOf(machine, owner, clock);
        const lockFile = await acquireLock(means, paths, rotation, holder);
        try {
          await takeOver(means, paths, lockFile);
        } catch (error) {
          await releaseLock(operations, paths, lockFile).catch(() => {});
          throw error;
        }
        return new FileLock(means, paths, lockFile);
      });
    },
    rotations: () => guarded(folder, () => listRotations(operations, folder)),
    check: async () => checkFolder(operations, await thisOne(), folder),
    async holder(rotation) {
      const paths = pathsOf(folder, rotation);
      return guarded(paths.lock, async () => {
        const machine = await thisOne();
        const asking = await holderOf(machine, 'doctor', clock);
        return whoHolds({ operations, machine, lease }, paths, asking);
      });
    },
    unlock(rotation) {
      const paths = pathsOf(folder, rotation);
      return guarded(paths.lock, () => evictAny(operations, paths));
    },
    holders: (token) =>
      guarded(folder, async () => {
        const rotations = await listRotations(operations, folder);
        const found: string[] = [];
        const search = async (rotation: string): Promise<string | undefined> =>
          (await mayMention(operations, pathsOf(folder, rotation), token)) ? rotation : undefined;
        for await (const one of mapLimited(rotations, AT_ONCE, search))
          if (one !== undefined) found.push(one);
        return found;
      }),
    claim(rotation, key) {
      const paths = pathsOf(folder, rotation);
      return guarded(paths.claims, async () => claim(operations, await thisOne(), paths, key));
    },
  } satisfies StoreBackend;
}

/** Reads from the start, for an error with the line number. */
async function throwWithLine(operations: FileOperations, paths: Paths): Promise<void> {
  for await (const _ of readHistory(operations, paths)) continue;
}

async function listRotations(
  operations: FileOperations,
  folder: string,
): Promise<readonly string[]> {
  const rotations: string[] = [];
  for (const file of await namesIn(operations, folder)) {
    if (!file.endsWith(LEDGER)) continue;
    const name = file.slice(0, -LEDGER.length);
    const rotation = isShortened(name)
      ? await rotationOf(operations, pathsNamed(folder, name))
      : decodeName(name);
    // A file with another name than that of its rotation is not a ledger of keyturn.
    if (rotation !== undefined && encodeName(rotation) === name) rotations.push(rotation);
  }
  return rotations.toSorted();
}
