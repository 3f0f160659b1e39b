import type { Finding } from '../finding.ts';
import { rejectedButCurrent, retriesNext, tokensRejected, waitsToRetry } from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning, withFlag } from './make.ts';

/** Sinks that rejected the last tokens, and when they are retried. */
export function waiting(
  { sinks, due, retryAt }: RotationStatus,
  command: string,
  now: number,
): Finding[] {
  return sinks.flatMap(({ id, refused }) => {
    if (refused === null) return [];
    const rejected = tokensRejected(id, refused);
    if (due === null) return [note('waiting', rejectedButCurrent(rejected))];
    const said =
      retryAt !== null && Date.parse(retryAt) > now
        ? waitsToRetry(rejected, retryAt, withFlag(command, '--force'))
        : retriesNext(rejected, command);
    return [warning('waiting', said)];
  });
}
