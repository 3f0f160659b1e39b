import { isJob, runnerOf } from '@keyturn/ci';
import { KeyturnError } from '@keyturn/core';

import type { Host } from '../../host.ts';

/** Milliseconds; the runner reads the two streams side by side. */
const UNTIL_READ = 200;

/**
 * Refuses to print a secret into the log of a job, where it would stay, if nothing there can mask it.
 *
 * @throws {KeyturnError} `USAGE_INVALID`
 */
export function refuseUnmaskable(host: Pick<Host, 'env'>): void {
  if (runnerOf(host.env) !== undefined || !isJob(host.env)) return;
  throw new KeyturnError(
    'USAGE_INVALID',
    "the token's secret would be printed into the log of this job, which cannot mask it",
    {
      hint: 'Write it straight to where it is used: --sink TARGET, such as --sink env:.env.local.',
      effect: 'none',
    },
  );
}

/** Masks a secret before anything prints it. A document on stdout stays the only thing there. */
export async function mask(secret: string, json: boolean, host: Host): Promise<void> {
  const command = runnerOf(host.env)?.mask(secret);
  if (command === undefined) return;
  // One of the two may be read by something else than the runner; within one of them the order is certain.
  (host.loud ?? host.stderr).write(command, 'mask');
  if (!json) host.stdout.write(command, 'mask');
  // The secret exists only here: an interrupt must not lose it.
  else await host.clock.sleep(UNTIL_READ, host.signal).catch(() => {});
}
