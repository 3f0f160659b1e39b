import type { Finding } from '../finding.ts';
import { count, readableTime } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning, withFlag } from './make.ts';

/** Sinks that refused the last tokens, and when they are given another one. */
export function waiting(
  { sinks, due, retryAt }: RotationStatus,
  command: string,
  now: number,
): Finding[] {
  return sinks.flatMap(({ id, refused }) => {
    if (refused === null) return [];
    const { code, times, at } = refused;
    const what = `${id} refused ${count(times, 'token')} in a row, last at ${readableTime(at)} (${code})`;
    if (due === null) return [note('waiting', `${what}, and has the current one`)];
    const waits = retryAt !== null && Date.parse(retryAt) > now;
    const next = waits
      ? `no new token is made before ${readableTime(retryAt)}`
      : 'the next run tries again';
    const text = `${what}; ${next}`;
    const fix = waits
      ? `Find the cause with keyturn doctor and remove it. To try at once: ${withFlag(command, '--force')}`
      : `Find the cause with keyturn doctor and remove it. Then run ${command}.`;
    return [warning('waiting', text, fix)];
  });
}
