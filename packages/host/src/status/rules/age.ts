import type { Finding } from '../finding.ts';
import {
  currentLeaked,
  noTokenYet,
  tokenDue,
  tokenExpired,
  tokenExpiring,
} from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { DAY, problem, warning, withFlag } from './make.ts';

const SOON = 7 * DAY;

/** Whether the current token expires soon. */
export function expiry({ current }: RotationStatus, run: string, now: number): Finding[] {
  if (current?.expiresAt === null || current?.expiresAt === undefined) return [];
  const left = Date.parse(current.expiresAt) - now;
  if (left > SOON) return [];
  return [
    left <= 0
      ? problem('expired', tokenExpired(current.expiresAt, run))
      : problem('expiring', tokenExpiring(current.expiresAt, left, run)),
  ];
}

/** Whether a new token is due. */
export function due(
  { name, due: reason, nextDueAt, underWay }: RotationStatus,
  command: string,
  run: string,
  now: number,
): Finding[] {
  // A run is already issuing it.
  if (underWay !== null && underWay.by !== null) return [];
  if (reason === 'first') {
    // Without a configuration there is no name to adopt for.
    const adoptable = command.endsWith(` ${name}`) ? name : undefined;
    return [warning('first', noTokenYet(withFlag(command, '--replaces TOKEN_ID'), adoptable))];
  }
  if (reason === 'leaked') return [problem('leaked', currentLeaked(run))];
  if (reason === null || nextDueAt === null) return [];
  const late = now - Date.parse(nextDueAt);
  // A daily run is not late before that.
  const isLate = late > DAY;
  const said = tokenDue(reason, isLate ? late : undefined, run);
  if (said === undefined) return [];
  return [isLate ? problem('overdue', said) : warning('due', said)];
}
