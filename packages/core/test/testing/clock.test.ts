import { describe, expect, it } from 'vitest';

import { seededRandom, virtualClock } from '../../src/testing/index.ts';

describe('a virtual clock', () => {
  it('jumps to the end of a sleep, so that nobody waits', async () => {
    const clock = virtualClock(1000);
    await clock.sleep(3_600_000);
    expect(clock.now()).toBe(3_601_000);
  });

  it('wakes those who sleep at the same time in order, each at its own moment', async () => {
    const clock = virtualClock(0);
    const woken: [string, number][] = [];
    const sleep = async (name: string, milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      woken.push([name, clock.now()]);
    };
    await Promise.all([sleep('late', 200), sleep('early', 100), sleep('last', 300)]);
    expect(woken).toEqual([
      ['early', 100],
      ['late', 200],
      ['last', 300],
    ]);
  });

  it('stands still until it is told, without `auto`', async () => {
    const clock = virtualClock(0, { auto: false });
    const woken: number[] = [];
    const loop = (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(100);
        woken.push(clock.now());
      }
    })();
    await clock.advance(250);
    expect(woken).toEqual([100, 200]);
    expect(clock.now()).toBe(250);
    await clock.advance(50);
    await loop;
    expect(woken).toEqual([100, 200, 300]);
  });

  it('rejects with the reason of an abort, and lets no time pass for it', async () => {
    const clock = virtualClock(0, { auto: false });
    const controller = new AbortController();
    const reason = new Error('stop');
    const asleep = clock.sleep(100, controller.signal);
    controller.abort(reason);
    await expect(asleep).rejects.toBe(reason);
    await expect(clock.sleep(100, controller.signal)).rejects.toBe(reason);
    expect(clock.now()).toBe(0);
  });
});

describe('seeded random numbers', () => {
  const take = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random());
  };

  it('are the same for the same seed, and others for another', () => {
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('lie in [0, 1), all over it', () => {
    const numbers = take(1);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 1);
  });
});
