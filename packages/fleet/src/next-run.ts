import type { RotationReport } from '@keyturn/core';
import { renewalAt } from '@keyturn/core/unstable';

import { fractionOf } from './spread.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A run looks once a day whether somebody else changed something, as with `keyturn rotate` from cron. */
const LOOK = DAY;
const SHORTEST = MINUTE;
const LONGEST = 6 * 60 * MINUTE;
/** Another run has the lock, the lock was lost, or the database was away: nothing is wrong with the rotation itself. */
const PASSING: ReadonlySet<string> = new Set([
  'STATE_BUSY',
  'STATE_LOST',
  'STATE_FAILED',
  'INTERRUPTED',
]);

/** What of a rotation's configuration decides when it runs again. Milliseconds. */
export interface Policy {
  readonly name: string;
  /** When the fleet replaces the token: see `earlier`. */
  readonly maxAge: number;
  readonly drift: 'off' | 'report' | 'heal';
  /** How long a request whose answer was lost may still take effect. */
  readonly settle: number;
}

export interface NextRun {
  /** When the next job is due, in milliseconds since the epoch. */
  readonly runAt: number;
  /** When the current token is due to be replaced; undefined if there is none. */
  readonly dueAt: number | undefined;
  /** How many runs in a row have failed. */
  readonly failures: number;
}

/** When a rotation runs again after this report. Pure. */
export function nextRun(
  report: Pick<
    RotationReport,
    'outcome' | 'current' | 'graceUntil' | 'retryAt' | 'kept' | 'pending' | 'error'
  >,
  policy: Policy,
  now: number,
  failed: number,
): NextRun {
  const dueAt = dueOf(report, policy);
  const at = (runAt: number, failures = 0): NextRun => ({ runAt, dueAt, failures });
  switch (report.outcome) {
    case 'grace':
      return at(parsed(report.graceUntil) ?? now + SHORTEST);
    case 'waiting':
      return at(parsed(report.retryAt) ?? now + SHORTEST);
    case 'failed':
    case 'incomplete':
      return PASSING.has(report.error?.code ?? '')
        ? at(now + MINUTE / 2, failed)
        : at(now + pauseOf(policy.name, failed), failed + 1);
    case 'rotated':
    case 'current':
    case 'drifted':
    case 'planned': {
      // A token that was asked for in vain may exist by then: only another run finds and ends it.
      if (report.pending.length > 0) return at(now + policy.settle);
      const looks = policy.drift !== 'off' || report.kept.length > 0;
      return at(Math.min(dueAt ?? now + LOOK, looks ? now + LOOK : Infinity));
    }
  }
}

/** Twice as long after each failure, from a minute to 6 hours; spread, so that what failed together is not repeated together. */
function pauseOf(rotation: string, failed: number): number {
  const spread = 0.75 + fractionOf(`${rotation} ${failed}`) / 2;
  return Math.min(LONGEST, SHORTEST * 2 ** Math.min(failed, 20)) * spread;
}

function dueOf(
  { current }: Pick<RotationReport, 'current'>,
  { maxAge }: Policy,
): number | undefined {
  if (current === undefined) return undefined;
  const issuedAt = Date.parse(current.issuedAt);
  const aged = issuedAt + maxAge;
  if (current.expiresAt === undefined) return aged;
  return Math.min(aged, renewalAt(issuedAt, Date.parse(current.expiresAt)));
}

function parsed(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso);
}
