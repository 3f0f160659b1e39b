import { beforeEach, describe, expect, it } from 'vitest';

import { useServer, withServer } from './support/server.ts';
import { calm, freshSchema, locationOf, openStore, type Store } from './support/stores.ts';

const server = await useServer();
const limit = { key: 'api.example.com', points: 10, windowMs: 60_000 };
let schema = '';
let store: Store;

const take = async (needed: number, wanted: number): Promise<number> =>
  (await store.take(limit, { needed, wanted }, calm)).points;

/** As if so much time had passed since everything. */
const passes = (milliseconds: number): Promise<unknown> =>
  server().sql(
    `update "${schema}".budgets set slices = array(select one - ${milliseconds / 1000} from unnest(slices) as one)`,
  );

beforeEach(async () => {
  schema = freshSchema();
  store = openStore(locationOf(server(), schema));
  // The first run makes the tables.
  await (await store.lock('one', 'test', calm)).release(calm);
});

await withServer(async () => {
  describe('a rate limit that many programs share', () => {
    it('is given in portions until nothing is left, and again after its window', async () => {
      expect(await take(1, 6)).toBe(6);
      expect(await take(1, 6)).toBe(4);
      const none = await store.take(limit, { needed: 1, wanted: 6 }, calm);
      expect(none.points).toBe(0);
      // A window, and what a request may take to arrive.
      expect(none.waitMs).toBeGreaterThan(60_000);
      expect(none.waitMs).toBeLessThan(66_000);
      await passes(60_000);
      expect(await take(1, 1)).toBe(0);
      await passes(6000);
      expect(await take(1, 20)).toBe(10);
    });

    it('gives nothing that would be too little', async () => {
      expect(await take(1, 7)).toBe(7);
      expect(await take(5, 5)).toBe(0);
      expect(await take(3, 5)).toBe(3);
    });
  });
});
