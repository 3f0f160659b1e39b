import { defineStore } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { adapterContext, runStoreConformance, type StoreFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { createPostgresStore } from '../src/postgres-store.ts';
import { useServer, withServer } from './support/server.ts';
import { freshSchema, locationOf } from './support/stores.ts';

const server = await useServer();

await withServer(() => runStoreConformance('postgres', fixture, { test }));

async function fixture(): Promise<StoreFixture> {
  const schema = freshSchema();
  const { clock, env, directory } = adapterContext();
  const location = locationOf(server(), schema);
  const stores: StateStore[] = [];
  const open = async (): Promise<StateStore> => {
    const adapter = defineStore({
      kind: 'postgres',
      options: {
        '~standard': { version: 1, vendor: 'test', validate: () => ({ value: location }) },
      },
      connect: (value) => createPostgresStore({ location: value, clock, env, directory }),
    });
    const store = await adapter.open('', adapterContext());
    stores.push(store);
    return store;
  };
  return {
    store: await open(),
    another: open,
    async crash() {
      await server().stop('crash');
      await server().start();
      return open();
    },
    fail: () =>
      server().sql(`create function "${schema}".full() returns trigger language plpgsql as
        $$ begin raise exception 'planted' using errcode = '53100'; end $$;
        create trigger full_disk before insert on "${schema}".records
          execute function "${schema}".full()`),
    tamper: (rotation) =>
      server().sql(
        `update "${schema}".records set record = replace(record, '2030', '2031')
          where rotation = $1 and seq = 1`,
        [rotation],
      ),
    // A holder on this machine keeps its lock while its session lives.
    steal: async (rotation) => (await open()).unlock?.(rotation),
    async close() {
      for (const store of stores) await store.close?.();
      await server().sql(`drop schema if exists "${schema}" cascade`);
    },
  };
}
