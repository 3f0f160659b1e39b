import { describe, expect, it } from 'vitest';

import { explore } from './explore.ts';
import { mutants } from './mutants.ts';
import type { ReadBack, Settings } from './world.ts';

/** `KEYTURN_MODEL=large` visits millions of states instead of some hundred thousand; it takes minutes. */
const large = process.env['KEYTURN_MODEL'] === 'large';

const small: Settings = {
  sinks: ['a', 'b'],
  readBack: 'timestamp',
  grace: 0,
  budget: { runs: 2, crashes: 1, faults: large ? 2 : 1, ticks: large ? 2 : 1 },
};

describe('every reachable state of a small world', () => {
  it.each<[ReadBack, number]>([
    ['id', 0],
    ['timestamp', 0],
    ['none', 0],
    ['timestamp', 2],
  ])(
    'keeps the rules, with sinks that show %s and a grace of %d',
    (readBack, grace) => {
      const { states, broken, trace } = explore({ ...small, readBack, grace });
      // oxlint-disable-next-line no-console -- the figure is the point of the check
      console.log(`model: sinks show ${readBack}, grace ${grace}: ${states} states`);
      expect(trace?.join('\n')).toBeUndefined();
      expect(broken).toBeUndefined();
      expect(states).toBeGreaterThan(1000);
    },
    300_000,
  );

  it.each(mutants.filter((mutant) => mutant !== 'none'))(
    'is broken by a run that would %s',
    (mutant) => {
      expect(
        explore({ ...small, budget: { runs: 2, crashes: 1, faults: 2, ticks: 2 } }, mutant).broken,
      ).toMatch(/^(rule|a run stopped)/);
    },
  );
});
