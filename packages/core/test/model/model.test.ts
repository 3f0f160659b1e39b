import { describe, expect, it } from 'vitest';

import { explore } from './explore.ts';
import { mutants } from './mutants.ts';
import type { Settings } from './world.ts';

/** `KEYTURN_MODEL=large` visits millions of states instead of some hundred thousand; it takes minutes. */
const large = process.env['KEYTURN_MODEL'] === 'large';

const small: Settings = {
  sinks: ['a', 'b'],
  readBack: 'timestamp',
  grace: 0,
  kinds: ['forced', 'due'],
  budget: { runs: 2, crashes: 1, faults: large ? 2 : 1, ticks: large ? 2 : 1, changes: 0 },
};
const few = { ...small.budget, faults: 1, ticks: 1 };

const worlds: readonly (readonly [string, Partial<Settings>])[] = [
  ['two sinks that show ids', { readBack: 'id' }],
  ['two sinks that show timestamps', {}],
  ['two sinks that show nothing', { readBack: 'none' }],
  ['two sinks and a grace', { grace: 2 }],
  ['runs that abort', { kinds: ['forced', 'due', 'abort'], budget: { ...few, ticks: 0 } }],
  ['a sink that is removed, or added', { spare: 'c', budget: { ...few, ticks: 0, changes: 1 } }],
  ['a leaked token that dies first', { kinds: ['revoke-first', 'due'] }],
  ['three sinks', { sinks: ['a', 'b', 'c'], budget: { ...few, crashes: 1, faults: 1, ticks: 0 } }],
];

describe('every reachable state of a small world', () => {
  it.each(worlds)(
    'keeps the rules, with %s',
    (name, settings) => {
      const { states, broken, trace } = explore({ ...small, ...settings });
      // oxlint-disable-next-line no-console -- the figure is the point of the check
      console.log(`model: ${name}: ${states} states`);
      expect(trace?.join('\n')).toBeUndefined();
      expect(broken).toBeUndefined();
      expect(states).toBeGreaterThan(1000);
    },
    300_000,
  );

  it.each(mutants.filter((mutant) => mutant !== 'none'))(
    'is broken by a run that would %s',
    (mutant) => {
      const budget = { runs: 2, crashes: 1, faults: 2, ticks: 2, changes: 1 };
      const kinds = ['forced', 'due', 'abort'] as const;
      expect(explore({ ...small, kinds, budget }, mutant).broken).toMatch(/^(rule|a run stopped)/);
    },
  );
});
