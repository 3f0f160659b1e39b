import { resolve } from 'node:path';

import type { StateStore } from '@keyturn/core/ledger';

import type { Host } from '../../host.ts';
import { STDOUT, writeReport } from '../../output/write-file.ts';
import { measure, type Measured } from '../measure.ts';
import { statusPage } from './page.ts';
import type { Plans } from '@keyturn/host/session';

/** How many past rotations of each ledger the page shows. */
const MOST_STORIES = 20;

/** Writes the page to a file, or to stdout for `-`. */
export async function writePage(
  plans: Plans,
  store: StateStore,
  file: string,
  host: Host,
): Promise<readonly Measured[]> {
  const now = host.clock.now();
  const rotations = await measure(plans, store, now, MOST_STORIES);
  const page = statusPage(rotations, now);
  if (file === STDOUT) host.stdout.write(page, 'document');
  else {
    await writeReport(resolve(host.directory, file), page, host.random);
    host.stdout.write(`Wrote ${file}\n`);
  }
  return rotations;
}
