import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { budgetsLeft, openDatabase } from '../src/database.ts';
import { PASSWORD, useServer, withServer, type LocationOptions } from './support/server.ts';
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

async function left(options: LocationOptions = {}): ReturnType<typeof budgetsLeft> {
  const location = server().location({ query: { schema }, ...options });
  const database = openDatabase(location, { env: {}, directory: '/' });
  onTestFinished(() => database.close());
  return budgetsLeft(database);
}

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

    it('is shown with what is left, the scarcest first, while something of it is taken', async () => {
      const hash = '0123456789abcdef0123456789abcdef';
      const ofHost = { key: 'a.example:8443  10/60000', points: 10, windowMs: 60_000 };
      const ofUser = { key: `b.example ${hash} 500/3600000`, points: 500, windowMs: 3_600_000 };
      await store.take(ofHost, { needed: 1, wanted: 1 }, calm);
      await store.take(ofUser, { needed: 1, wanted: 400 }, calm);
      await store.take({ ...limit, key: 'of another form' }, { needed: 1, wanted: 1 }, calm);
      expect((await left()).map((budget) => Object.values(budget))).toEqual([
        ['b.example', hash.slice(0, 12), 500, 3600, 100],
        ['a.example:8443', null, 10, 60, 9],
      ]);
      await passes(60_000);
      expect(await left()).toHaveLength(2);
      // Slices of a minute last for a second, those of an hour for a minute.
      await passes(6000);
      expect(await left()).toEqual([]);
    });

    it('is not shown where it is not known', async () => {
      const [poor, none] = [`${schema}_poor`, freshSchema()];
      await server().sql(`create role ${poor} login password '${PASSWORD}'`);
      expect(await left({ user: poor })).toEqual([]);
      expect(await left({ query: { schema: none } })).toEqual([]);
    });

    it('gives nothing that would be too little', async () => {
      expect(await take(1, 7)).toBe(7);
      expect(await take(5, 5)).toBe(0);
      expect(await take(3, 5)).toBe(3);
    });
  });
});
