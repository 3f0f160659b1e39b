import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { makePlace } from './place.ts';

await runSinkConformance('exec', open, { test });

async function open(): Promise<SinkFixture> {
  const place = makePlace();
  const names = ['TOKEN_ID', 'TOKEN'] as const;
  const store = () => place.read('store.json') as Record<string, string>;
  return {
    sink: await place.open('?check=1'),
    names,
    stored: (name) => store()[name],
    neighbours: () =>
      Object.entries(store()).filter(([name]) => !names.some((known) => known === name)),
    foreignWrite: (name, value) =>
      place.write('store.json', JSON.stringify({ ...store(), [name]: value })),
    deny: () => place.mode('deny'),
    stall: () => place.mode('stall'),
    loseAnswer: () => place.mode('lose'),
    requests: () => place.runs().map((verb) => ({ route: verb, changes: verb === 'deliver' })),
    elsewhere: () => place.open('?check=1&args=elsewhere'),
    close: () => place.close(),
  };
}
