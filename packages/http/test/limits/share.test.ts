import type { SharedBudget } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { Share } from '../../src/limits/share.ts';
import { EventClock } from './simulate.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A share of a limit, and what it was asked for. */
function shareOf(points: number, take: () => ReturnType<SharedBudget['take']>) {
  const clock = new EventClock();
  const asked: unknown[] = [];
  const budget: SharedBudget = {
    take: (_, wish) => {
      asked.push(wish);
      return take();
    },
  };
  const limit = { points, windowMs: 60_000 };
  const share = new Share(budget, { name: 'host', limit }, clock, () => {});
  return { share, asked, start: clock.now() };
}

const portion = (points: number) => () => Promise.resolve({ points, validMs: 1000, waitMs: 0 });

describe('a share of a limit', () => {
  it('is not asked for by what is free', () => {
    const { share, asked, start } = shareOf(100, portion(5));
    expect(share.waitFor(0, 0, start)).toBe(0);
    expect(asked).toEqual([]);
  });

  it.each([
    ['as much as is wanted', 100, 1, 3, 3],
    ['a twentieth at most', 100, 1, 50, 5],
    ['what is needed at least', 100, 8, 16, 8],
  ])('is %s', (_, points, needed, wanted, asks) => {
    const { share, asked, start } = shareOf(points, portion(5));
    expect(share.waitFor(needed, wanted, start)).toBeUndefined();
    expect(asked).toEqual([{ needed, wanted: asks }]);
  });

  it('lasts as long as it is said to', async () => {
    const { share, start } = shareOf(100, portion(5));
    share.waitFor(1, 5, start);
    await settled();
    expect(share.waitFor(1, 5, start + 999)).toBe(0);
    expect(share.waitFor(1, 5, start + 1000)).toBeUndefined();
  });

  it('is the whole for half a minute after nobody could be asked', async () => {
    const { share, start } = shareOf(100, () => Promise.reject(new Error('away')));
    share.waitFor(1, 5, start);
    await settled();
    expect(share.waitFor(1, 5, start + 29_999)).toBe(0);
    expect(share.waitFor(1, 5, start + 30_000)).toBeUndefined();
  });
});
