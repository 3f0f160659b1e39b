import type { Reason } from '@keyturn/core';

import type { Finding } from '../finding.ts';
import { roughly, readableTime } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { DAY, problem, warning, withFlag } from './make.ts';

const SOON = 7 * DAY;

/** Whether the current token ends soon. */
export function expiry({ current }: RotationStatus, run: string, now: number): Finding[] {
  if (current?.expiresAt === null || current?.expiresAt === undefined) return [];
  const left = Date.parse(current.expiresAt) - now;
  if (left > SOON) return [];
  const when = readableTime(current.expiresAt);
  return [
    left <= 0
      ? problem('expired', `the current token expired at ${when}`, run)
      : problem('expiring', `the current token expires at ${when}, in ${roughly(left)}`, run),
  ];
}

const WHY: Readonly<Partial<Record<Reason, string>>> = {
  age: 'the token has reached its maximum age',
  expiry: 'the token has used up two thirds of its life',
};

/** Whether a new token is wanted. */
export function due(
  { name, due: reason, nextDueAt, underWay }: RotationStatus,
  command: string,
  run: string,
  now: number,
): Finding[] {
  // A run is at it.
  if (underWay !== null && underWay.by !== null) return [];
  if (reason === 'first') {
    // Without a configuration there is no name to adopt for.
    const keep = command.endsWith(` ${name}`)
      ? ` To keep it until it is due: keyturn adopt ${name}`
      : '';
    const replace = `Run ${withFlag(command, '--replaces TOKEN_ID')}, with the token that is in use.`;
    return [warning('first', 'no token is known yet', `${replace}${keep}`)];
  }
  if (reason === 'leaked')
    return [problem('leaked', 'the token in use leaked, and has no successor yet', run)];
  const why = reason === null ? undefined : WHY[reason];
  if (why === undefined || nextDueAt === null) return [];
  const late = now - Date.parse(nextDueAt);
  // Runs that are made once a day are not late before.
  return [
    late > DAY ? problem('overdue', `${why}, ${roughly(late)} ago`, run) : warning('due', why, run),
  ];
}
