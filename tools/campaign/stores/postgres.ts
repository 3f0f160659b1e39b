import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import {
  findBinaries,
  layBinaries,
  reachableFolder,
  unprivileged,
} from '../../../packages/store-postgres/test/support/binaries.ts';
import type { Ledgers } from './ledgers.ts';

const store = new URL('../../../packages/store-postgres/', import.meta.url);
const PASSWORD = 'correct horse/battery#staple';
const USER = `admin:${encodeURIComponent(PASSWORD)}`;

/** The part of the client that is used here. */
interface Client {
  connect(): Promise<void>;
  query(text: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  end(): Promise<void>;
}
const { Client } = createRequire(new URL('package.json', store))('pg') as {
  Client: new (options: object) => Client;
};

/** A PostgreSQL on a free port of loopback, with a schema for each world. */
export interface Database {
  ledgers(): Ledgers;
  close(): Promise<void>;
}

/** @throws {Error} npm has no PostgreSQL for this system */
export async function startDatabase(): Promise<Database> {
  const found = await findBinaries();
  if ('reason' in found) throw new Error(found.reason);
  const folder = await reachableFolder('keyturn-campaign-pg-');
  const guard = startGuard(folder);
  try {
    const bin = await layBinaries(found.native, folder);
    const port = await freePort();
    await initialise(guard, bin, folder);
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'fsync=off'];
    const parameters = [
      `-D${join(folder, 'data')}`,
      ...[...settings, 'unix_socket_directories='].flatMap((setting) => ['-c', setting]),
    ];
    await guard.tell({ order: 'start', command: join(bin, 'postgres'), parameters }, 'ready');
    return await serve(port, () => guard.end());
  } catch (error) {
    await guard.end();
    throw error;
  }
}

async function serve(port: number, end: () => Promise<void>): Promise<Database> {
  const who = { host: '127.0.0.1', port, user: 'admin', password: PASSWORD, database: 'postgres' };
  const client = new Client(who);
  await client.connect();
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
          KEYTURN_STATE: `postgres://${USER}@127.0.0.1:${port}/postgres?schema=${schema}`,
          KEYTURN_KILL_PORT: String(port),
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
      await end();
    },
  };
}

type Guard = ReturnType<typeof startGuard>;

/** The process that ends the server whatever happens to this one. */
function startGuard(folder: string) {
  const script = fileURLToPath(new URL('test/support/guard.ts', store));
  const task = JSON.stringify({ folder, user: unprivileged });
  const guard = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, task], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = createInterface(guard.stdout)[Symbol.asyncIterator]();
  return {
    async tell(order: object, expected: string): Promise<void> {
      guard.stdin.write(`${JSON.stringify(order)}\n`);
      const { value } = await lines.next();
      if (value !== expected) throw new Error(`the database: ${String(value)}, not ${expected}`);
    },
    async end(): Promise<void> {
      const gone = once(guard, 'exit');
      guard.stdin.end();
      await gone;
    },
  };
}

async function initialise(guard: Guard, bin: string, folder: string): Promise<void> {
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(secret, PASSWORD);
  const { uid, gid = 0 } = unprivileged;
  if (uid !== undefined) for (const path of [data, secret, folder]) await chown(path, uid, gid);
  const parameters = [
    `--pgdata=${data}`,
    `--pwfile=${secret}`,
    '--username=admin',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  await guard.tell({ order: 'init', command: join(bin, 'initdb'), parameters }, 'stopped');
  await rm(secret);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
