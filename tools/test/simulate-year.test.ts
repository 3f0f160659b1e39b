import { describe, expect, it } from 'vitest';

import { seeded } from '../simulate-year/random.ts';
import { breach, roomOf, simulate, type Limits } from '../simulate-year/year.ts';

const limits: Limits = {
  issuer: { perMinute: 600, perRotation: 6 },
  sink: { perHour: 500, credentials: 1, perRotation: 2 },
  workers: { atOnce: 64, seconds: 4 },
};
const fleet = { rotations: 7000, maxAge: 90, adoptedWithin: 1 };
const year = (jitter: number): ReturnType<typeof simulate> =>
  simulate({ ...fleet, jitter }, limits, seeded(1));

describe('a year of a fleet', () => {
  it('is bounded by the tightest limit', () => {
    expect(roomOf(limits)).toEqual({ bound: 'sink', perHour: 250 });
    expect(roomOf({ ...limits, sink: { ...limits.sink, credentials: 100 } })).toEqual({
      bound: 'issuer',
      perHour: 6000,
    });
    expect(breach(7000, limits)).toBe(28);
  });

  it('has tokens that get too old if all are due in one day, and none with jitter', () => {
    expect(year(0)).toMatchObject({ busiestHour: 250, busiestDay: 6000 });
    expect(year(0).tooOld).toBeGreaterThan(0.1);
    expect(year(0.1)).toMatchObject({ tooOld: 0 });
    expect(year(0.1).busiestDay).toBeLessThan(1200);
  });

  it('is always the same for a seed', () => {
    expect(year(0.3)).toEqual(year(0.3));
  });
});
