import { runStoreConformance, type StoreFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { LEASE, never, openWorld } from './support.ts';

await runStoreConformance('s3', fixture, { test });

async function fixture(): Promise<StoreFixture> {
  const { open, objects, keys, faults, clock, close } = await openWorld();
  return {
    store: await open('alpha'),
    another: () => open('beta'),
    // What was answered is on the server; what was not is lost with the machine.
    crash: () => open('gamma'),
    fail: () => faults({ provider: 's3', method: 'PUT', action: { status: 503 } }),
    async tamper(rotation) {
      const call = objects.client.call(never);
      const key = keys.entry(rotation, 1);
      const found = await objects.get(key, call);
      await objects.put(key, (found?.text ?? '').replace('2030', '2031'), call);
    },
    // It is on another machine, and its lease runs out.
    steal: () => clock.advance(2 * LEASE),
    close,
  };
}
