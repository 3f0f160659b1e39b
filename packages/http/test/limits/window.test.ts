import { describe, expect, it } from 'vitest';

import {
  answered,
  costOf,
  nothingSpent,
  sent,
  unsent,
  waitToSpend,
  type Spent,
} from '../../src/limits/window.ts';

const WINDOW = 60_000;
const limit = { points: 10, windowMs: WINDOW };

/** So many points are sent and answered at a moment. */
function spend(points: number, at: number, before: Spent = nothingSpent): Spent {
  return answered(sent(before, limit, points, at), limit, points, at);
}

describe('a request costs', () => {
  it.each([
    ['one point, usually', {}, 'GET', 1],
    ['what its method does', { costs: { POST: 5 } }, 'POST', 5],
    ['nothing where its method is not named', { costs: { POST: 5 } }, 'GET', 0],
    ['never more than there is', { costs: { POST: 50 } }, 'POST', 10],
    ['nothing where the limit is of other paths', { path: /^\/search/ }, 'GET', 0],
    ['one point where the limit is of its path', { path: /^\/repos/ }, 'GET', 1],
  ])('%s', (_, more, method, cost) => {
    expect(costOf({ ...limit, ...more }, { method, path: '/repos/a' })).toBe(cost);
  });
});

describe('a free request', () => {
  it('neither waits nor changes anything', () => {
    const all = spend(10, 0);
    expect(waitToSpend(all, limit, 1, 5000)).toBeGreaterThan(0);
    expect(waitToSpend(all, limit, 0, 5000)).toBe(0);
    expect(sent(all, limit, 0, 5000)).toBe(all);
    expect(answered(all, limit, 0, 5000)).toBe(all);
  });
});

describe('a point is spent', () => {
  it('until a window after its answer', () => {
    const all = spend(10, 0);
    expect(waitToSpend(all, limit, 1, 0)).toBe(61_000);
    expect(waitToSpend(all, limit, 1, 60_999)).toBe(1);
    expect(waitToSpend(all, limit, 1, 61_000)).toBe(0);
  });

  it('as long as there is no answer', () => {
    const all = sent(nothingSpent, limit, 10, 0);
    expect(waitToSpend(all, limit, 1, 1_000_000)).toBeUndefined();
  });

  it('not at all where it was not sent', () => {
    const some = sent(spend(4, 0), limit, 1, 0);
    expect(waitToSpend(unsent(some, 1), limit, 6, 0)).toBe(0);
    expect(waitToSpend(some, limit, 6, 0)).toBeGreaterThan(0);
  });

  it('no longer after its window, so that nothing is spread then', () => {
    const old = spend(3, 0, spend(3, 0));
    for (const now of [61_000, 90_000]) expect(sent(old, limit, 4, now).nextAt).toBe(-Infinity);
  });

  it('in one count for each sixtieth of a window', () => {
    let spent = nothingSpent;
    for (let at = 0; at < 5 * WINDOW; at += 250) spent = answered(spent, limit, 1, at);
    expect(spent.slices).toHaveLength(61);
    expect(new Set(spent.slices.slice(0, -1).map(([, points]) => points))).toEqual(new Set([4]));
  });
});

describe('a limit that is spent', () => {
  it('is spread from the moment when its oldest points come back', () => {
    const some = spend(4, 10_000);
    expect(sent(some, limit, 4, 20_000).nextAt).toBe(71_000);
    expect(sent(some, limit, 3, 20_000).nextAt).toBe(-Infinity);
    expect(sent(nothingSpent, limit, 6, 20_000).nextAt).toBe(20_000 + WINDOW);
  });

  it.each([
    ['in time', 100_000, 106_000],
    ['a little late, and makes up for it', 100_900, 106_000],
    ['very late, and makes up for a little', 104_000, 109_000],
    ['so late that nobody seems to want more', 115_000, 100_000],
  ])('is spent evenly by who comes %s', (_, now, nextAt) => {
    const spread = { ...nothingSpent, nextAt: 100_000 };
    expect(sent(spread, limit, 1, now).nextAt).toBe(nextAt);
  });
});
