import { isJob, runnerOf } from '@keyturn/ci';

import type { Host } from '../../host.ts';
import { notMaskable } from '../../messages.ts';

/** In milliseconds; the runner reads the two streams in parallel. */
const UNTIL_READ = 200;

/**
 * Refuses to print a secret into the log of a job that cannot mask it.
 *
 * @throws {KeyturnError} `USAGE_INVALID`
 */
export function refuseUnmaskable(host: Pick<Host, 'env'>): void {
  if (runnerOf(host.env) !== undefined || !isJob(host.env)) return;
  throw notMaskable();
}

/** Masks secrets before anything prints them. With `json`, writes nothing but the document to stdout. */
export async function mask(secrets: readonly string[], json: boolean, host: Host): Promise<void> {
  const runner = runnerOf(host.env);
  const command = secrets.map((secret) => runner?.mask(secret) ?? '').join('');
  if (command === '') return;
  // Something else than the runner may read one of the two streams; within each stream the order is fixed.
  (host.loud ?? host.stderr).write(command, 'mask');
  if (!json) host.stdout.write(command, 'mask');
  // The secret exists only here, so an interrupt must not lose it.
  else await host.clock.sleep(UNTIL_READ, host.signal).catch(() => {});
}
