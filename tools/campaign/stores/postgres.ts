import { mkdir } from 'node:fs/promises';

import {
  connectAdmin,
  PASSWORD,
  startServer,
} from '../../../packages/store-postgres/test/support/start.ts';
import type { Ledgers } from './ledgers.ts';

/** A PostgreSQL on a free port of loopback, with a schema for each world. */
export interface Database {
  ledgers(): Ledgers;
  close(): Promise<void>;
}

/** @throws {Error} npm has no PostgreSQL for this system */
export async function startDatabase(): Promise<Database> {
  const server = await startServer({ max_connections: '100' }, {});
  const client = await connectAdmin(server.port).catch(async (error: unknown) => {
    await server.end();
    throw error;
  });
  let worlds = 0;
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time, as the client wants it. A world that wrote nothing has no tables. */
  const ask = (text: string): Promise<unknown> => {
    const answer = last
      .then(() => client.query(text))
      .then(
        ({ rows }) => rows,
        () => [],
      );
    last = answer;
    return answer;
  };
  return {
    ledgers() {
      const schema = `world_${++worlds}`;
      const table = async (name: string): Promise<string> =>
        JSON.stringify(await ask(`SELECT t::text FROM ${schema}.${name} t ORDER BY 1`));
      return {
        env: {
          KEYTURN_STATE: server.location({ query: { schema } }),
          KEYTURN_KILL_PORT: String(server.port),
        },
        secrets: [PASSWORD, encodeURIComponent(PASSWORD)],
        furnish: (working) => mkdir(working),
        // Who had the lock last is not compared.
        text: async () => [await table('records'), await table('claims')].join('\n'),
        close: async () => void (await ask(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)),
      };
    },
    async close() {
      await client.end();
      await server.end();
    },
  };
}
