import type { RotationReport } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { nextRun, type Policy } from '../src/next-run.ts';
import { earlier, fractionOf } from '../src/spread.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2030-01-01T00:00:00Z');
const policy: Policy = { name: 'ci', maxAge: 80 * DAY, drift: 'off', settle: 2 * HOUR };
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

type Report = Parameters<typeof nextRun>[0];

function report(outcome: RotationReport['outcome'], more: Partial<Report> = {}): Report {
  const current = { id: 'a', label: 'keyturn-ci', issuedAt: at(NOW - DAY) };
  return { outcome, current, kept: [], pending: [], ...more };
}

describe('the next run of a rotation', () => {
  it.each([
    ['is when its token is due by its age', report('rotated'), policy, 79 * DAY],
    [
      'is when two thirds of the life of its token are over, if that is earlier',
      report('current', {
        current: { id: 'a', label: 'x', issuedAt: at(NOW - DAY), expiresAt: at(NOW + 29 * DAY) },
      }),
      policy,
      19 * DAY,
    ],
    [
      'is when a token that was asked for in vain can be found, and ended',
      report('rotated', { pending: [{ label: 'keyturn-ci-b' }] }),
      policy,
      2 * HOUR,
    ],
    [
      'is within a day if somebody else may change things',
      report('current'),
      { ...policy, drift: 'report' as const },
      DAY,
    ],
    [
      'is within a day while a sink may still hold another token',
      report('rotated', { kept: [{ id: 'b', reason: 'held', sinks: ['github:acme/web'] }] }),
      policy,
      DAY,
    ],
    ['is at the end of the grace', report('grace', { graceUntil: at(NOW + HOUR) }), policy, HOUR],
    [
      'is when a sink that refused is tried again',
      report('waiting', { retryAt: at(NOW + 7 * HOUR) }),
      policy,
      7 * HOUR,
    ],
  ])('%s', (_, ended, wanted, after) => {
    expect(nextRun(ended, wanted, NOW, 3)).toMatchObject({ runAt: NOW + after, failures: 0 });
  });

  it('comes after a pause that grows with each failure, up to six hours', () => {
    const pauses = Array.from({ length: 12 }, (_, failures) => {
      const next = nextRun(report('failed'), policy, NOW, failures);
      expect(next.failures).toBe(failures + 1);
      return next.runAt - NOW;
    });
    expect(pauses[0]).toBeGreaterThan(40_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(7.5 * HOUR);
    expect(pauses[3]).toBeGreaterThan(pauses[0] ?? Infinity);
  });

  it('comes soon, and is no failure, if another run had the lock or the database was away', () => {
    const error = { code: 'STATE_BUSY' } as unknown as NonNullable<Report['error']>;
    expect(nextRun(report('failed', { error }), policy, NOW, 2)).toMatchObject({
      runAt: NOW + 30_000,
      failures: 2,
    });
  });
});

describe('jitter', () => {
  it('makes tokens due earlier by their names, evenly, and never later', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `team-${i}`);
    const ages = names.map((name) => earlier(90 * DAY, name, 0.1));
    expect(ages).toEqual(names.map((name) => earlier(90 * DAY, name, 0.1)));
    expect(Math.max(...ages)).toBeLessThanOrEqual(90 * DAY);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(81 * DAY);
    for (let day = 81; day < 90; day++) {
      const due = ages.filter((age) => Math.floor(age / DAY) === day).length;
      expect(due).toBeGreaterThan(440);
      expect(due).toBeLessThan(680);
    }
    expect(fractionOf('a')).not.toBe(fractionOf('b'));
  });

  it('of nothing changes nothing', () => {
    expect(earlier(90 * DAY, 'ci', 0)).toBe(90 * DAY);
  });
});
