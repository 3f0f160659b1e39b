import { systemClock, systemRandom } from '@keyturn/core';
import { memoryStore } from '@keyturn/core/testing';
import { expect, it } from 'vitest';

import { openPlans } from '../../src/requests/plans.ts';
import { readStandings } from '../../src/status/read.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAMES = ['c', 'a', 'd', 'b'];

it('reads ledgers side by side, and keeps the order of the configuration', async () => {
  const rotations = NAMES.map((name) => `  ${name}: { sinks: [env:.env.${name}] }`).join('\n');
  const directory = await temporaryFolder({
    'keyturn.config.yaml': `issuer: { kind: planetscale, org: acme }\nrotations:\n${rotations}\n`,
  });
  const plans = await openPlans([], { sink: [] }, surroundings(directory), 'read');
  // No ledger is read to its end before all are begun.
  let begun = 0;
  let start = (): void => {};
  const all = new Promise<void>((resolve) => (start = resolve));
  const plain = memoryStore();
  const store = {
    ...plain,
    open: async (rotation: string) => {
      if (++begun === NAMES.length) start();
      await all;
      return plain.open(rotation);
    },
  };
  const standings = await readStandings(plans, store, Date.now());
  expect(standings.map(({ name, error }) => [name, error])).toEqual(
    NAMES.map((name) => [name, undefined]),
  );
  await plans.session.close();
});

function surroundings(directory: string) {
  return {
    directory,
    programFolder: import.meta.dirname,
    env: {},
    owner: 'test',
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    warn: () => {},
  };
}
