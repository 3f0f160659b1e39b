import { defineStore } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { adapterContext, runStoreConformance, type StoreFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { createPostgresStore } from '../src/postgres-store.ts';
import { openProxy } from './support/proxy.ts';
import { useServer, withServer } from './support/server.ts';
import { freshSchema, locationOf } from './support/stores.ts';

const server = await useServer();

await withServer(() => runStoreConformance('postgres', fixture, { test }));

async function fixture(): Promise<StoreFixture> {
  const schema = freshSchema();
  const { clock, env, directory } = adapterContext();
  const proxy = await openProxy(server().port);
  const stores: StateStore[] = [];
  const open = async (name: string, port: number): Promise<StateStore> => {
    const location = locationOf(server(), name, { port });
    const adapter = defineStore({
      kind: 'postgres',
      options: {
        '~standard': { version: 1, vendor: 'test', validate: () => ({ value: location }) },
      },
      connect: (value) =>
        createPostgresStore({ location: value, clock, env, directory, patience: 50 }),
    });
    const store = await adapter.open('', adapterContext());
    stores.push(store);
    return store;
  };
  const direct = (): Promise<StateStore> => open(schema, server().port);
  let crashes = 0;
  return {
    store: await open(schema, proxy.port),
    another: direct,
    // What was committed, for the kit's lock goes on; other tests end the server.
    async crash() {
      const left = `${schema}_${++crashes}`;
      for (const name of ['migrations', 'records', 'locks', 'claims'])
        await server().sql(`create schema if not exists "${left}";
          create table "${left}".${name} (like "${schema}".${name} including all);
          insert into "${left}".${name} select * from "${schema}".${name}`);
      return open(left, server().port);
    },
    stall() {
      proxy.decide = () => 'hang';
    },
    loseAnswer() {
      const next = proxy.requests + 1;
      proxy.decide = (request) => (request === next ? 'lose' : undefined);
    },
    requests: () => proxy.requests,
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
    steal: async (rotation) => (await direct()).unlock?.(rotation),
    async close() {
      proxy.decide = () => undefined;
      proxy.close();
      for (const store of stores) await store.close?.();
      for (const name of [
        schema,
        ...Array.from({ length: crashes }, (_, at) => `${schema}_${at + 1}`),
      ])
        await server().sql(`drop schema if exists "${name}" cascade`);
    },
  };
}
