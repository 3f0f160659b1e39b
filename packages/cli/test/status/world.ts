import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { runBin, type Ended } from '../keyturn.ts';
import { writeWorld, type Story } from './ledgers.ts';

/** A folder with ledgers and a configuration of their rotations, for one test. To look at them needs no credentials. */
export async function world(stories: (now: number) => Story[]): Promise<{
  folder: string;
  keyturn: (...args: string[]) => Promise<Ended>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-status-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeWorld(folder, stories(Date.now()));
  return { folder, keyturn: (...args) => runBin('keyturn.js', args, {}, folder) };
}
