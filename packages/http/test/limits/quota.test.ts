import { describe, expect, it } from 'vitest';

import { told, waitForQuota, type Quota } from '../../src/limits/quota.ts';

const quota: Quota = { limit: 100, remaining: 50, resetAt: 60_000, sentAt: 1000 };

describe('what an answer says of a quota', () => {
  it.each([
    ['only what is left', { remaining: 5 }],
    ['only when it begins anew', { resetAt: 90_000 }],
    ['what is over', { remaining: 5, resetAt: 2000 }],
    ['what was before', { remaining: 5, resetAt: 57_999 }],
  ])('is not news when it is %s', (_, budget) => {
    expect(told(quota, budget, 2000)).toBe(quota);
    expect(told(undefined, { ...budget, resetAt: 2000 }, 2000)).toBeUndefined();
  });

  it.each([58_000, 60_000, 62_000])(
    'is about the same window at %d: the least counts',
    (resetAt) => {
      expect(told(quota, { remaining: 40, resetAt }, 2000)).toEqual({ ...quota, remaining: 40 });
      expect(told(quota, { remaining: 99, resetAt }, 2000)).toEqual(quota);
    },
  );

  it('begins a window, and remembers when the last request was sent', () => {
    const budget = { limit: 200, remaining: 199, resetAt: 62_001 };
    expect(told(quota, budget, 2000)).toEqual({ ...budget, sentAt: 1000 });
    expect(told(undefined, budget, 2000)).toEqual({ ...budget, sentAt: 2000 });
  });
});

describe('a request waits for a quota', () => {
  it.each([
    ['not at all while there is enough', { ...quota, remaining: 11 }, 0, 2000, 0],
    ['not at all once the next window has begun', { ...quota, remaining: 0 }, 1, 60_000, 0],
    ['not at all long after that', { ...quota, remaining: 0 }, 1, 70_000, 0],
    ['until the next window when all is spent', { ...quota, remaining: 0 }, 0, 2000, 58_000],
    [
      'for answers when all that is left is under way',
      { ...quota, remaining: 3 },
      3,
      2000,
      undefined,
    ],
    ['for its part of the time near the end', { ...quota, remaining: 10 }, 0, 50_000, 0],
    [
      'no longer than five seconds near the end',
      { ...quota, remaining: 10, sentAt: 2000 },
      0,
      2000,
      5000,
    ],
    ['evenly near the end', { ...quota, remaining: 10, sentAt: 40_000 }, 0, 40_000, 2000],
    [
      'not at all where the whole is not known',
      { ...quota, limit: undefined, remaining: 1 },
      0,
      2000,
      0,
    ],
  ] as const)('%s', (_, of, inFlight, now, wait) => {
    expect(waitForQuota(of, inFlight, now)).toBe(wait);
  });
});
