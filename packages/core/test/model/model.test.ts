import { describe, expect, it } from 'vitest';

import { explore, type Plan } from './explore.ts';
import type { Settings } from './state.ts';

/** `KEYTURN_MODEL=large` plays two mishaps in every run and three runs; it takes many minutes. */
const large = process.env['KEYTURN_MODEL'] === 'large';

const small: Settings = {
  sinks: ['model:a', 'model:b'],
  readBack: 'stamp',
  resolution: 1000,
  pace: 0,
  grace: 0,
};

const worlds: readonly (readonly [string, Partial<Settings>, Partial<Plan>])[] = [
  ['stamps within one second', {}, {}],
  ['stamps, and a second between requests', { pace: 4000 }, {}],
  ['values', { readBack: 'value' }, {}],
  ['nothing to read', { readBack: 'none' }, {}],
  ['a grace', { grace: 3_600_000 }, { runs: [['due'], ['due', 'forced']] }],
  ['names that are edited', { readBack: 'value' }, { runs: [['due', 'edited'], ['edited', 'due']] }],
  ['runs that abort', {}, { runs: [['due'], ['abort', 'first']] }],
  ['a leaked token that dies first', {}, { runs: [['due'], ['revoke-first']] }],
];

describe('every history of a small world', () => {
  it.each(worlds)(
    'keeps the rules, with %s',
    async (name, settings, plan) => {
      const { played, states, broken } = await explore({
        settings: { ...small, ...settings },
        runs: [['due'], ['forced', 'due']],
        mishaps: large ? 2 : 1,
        ...plan,
      });
      // oxlint-disable-next-line no-console -- the figure is the point of the check
      console.log(`model: ${name}: ${played} runs, ${states} states`);
      expect(broken).toBeUndefined();
      expect(played).toBeGreaterThan(100);
    },
    1_800_000,
  );
});
