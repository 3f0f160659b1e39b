import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Client, type QueryResult } from 'pg';

import { findBinaries, layBinaries, reachableFolder, unprivileged } from './binaries.ts';
import { freePort } from './free-port.ts';

export const PASSWORD = 'correct horse/battery#staple';

/** A PostgreSQL on a free port of loopback, of its own. */
export interface Server {
  readonly port: number;
  /** Has the server's socket, and place for a test's own files. */
  readonly folder: string;
  /** The location of the store, as a superuser if nobody else is named. */
  location(options?: LocationOptions): string;
  /** Runs statements as a superuser; returns the rows of the last one. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  stop(how?: 'stop' | 'crash'): Promise<void>;
  start(): Promise<void>;
  /** Makes a replica of it, which has no primary server, and can only be read. Stopped before, and started afterwards. */
  makeReplica(): Promise<void>;
}

export interface LocationOptions {
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: number;
  readonly query?: Readonly<Record<string, string>>;
}

const found = await findBinaries();
/** Why there is no server for this system; undefined if there is one. */
export const reason = 'reason' in found ? found.reason : undefined;

/** A connection of the administrator. */
export async function connectAdmin(port: number): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'admin',
    password: PASSWORD,
    database: 'postgres',
    ssl: false,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** @param files of the data folder, by their names */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
) {
  if ('reason' in found) throw new Error(found.reason);
  const folder = await reachableFolder('keyturn-pg-');
  const guard = startGuard(folder);
  try {
    return await initialise(guard, found.native, folder, settings, files);
  } catch (error) {
    await guard.end();
    throw error;
  }
}

async function initialise(
  guard: Guard,
  native: string,
  folder: string,
  settings: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
) {
  const bin = await layBinaries(native, folder);
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(secret, PASSWORD);
  for (const path of [data, secret, folder]) await giveAway(path);
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
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await giveAway(join(data, name));
  }
  return serve(guard, { command: join(bin, 'postgres'), data, folder }, settings);
}

async function giveAway(path: string): Promise<void> {
  const { uid, gid = 0 } = unprivileged;
  if (uid !== undefined) await chown(path, uid, gid);
}

type Guard = ReturnType<typeof startGuard>;

function startGuard(folder: string) {
  const task = JSON.stringify({ folder, user: unprivileged });
  const script = fileURLToPath(new URL('guard.ts', import.meta.url));
  const guard = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, task], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // It outlives an interrupt from the keyboard, and ends the server.
    detached: true,
  });
  const lines = createInterface(guard.stdout)[Symbol.asyncIterator]();
  return {
    async tell(order: object, expected: 'ready' | 'stopped'): Promise<void> {
      guard.stdin.write(`${JSON.stringify(order)}\n`);
      const { value } = await lines.next();
      if (value !== expected) throw new Error(`the server: ${String(value)}, not ${expected}`);
    },
    async end(): Promise<void> {
      const gone = once(guard, 'exit');
      guard.stdin.end();
      await gone;
    },
  };
}

async function serve(
  guard: Guard,
  { command, data, folder }: Readonly<Record<'command' | 'data' | 'folder', string>>,
  settings: Readonly<Record<string, string>>,
) {
  const port = await freePort();
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder.length < 90 ? folder : '',
    fsync: 'off',
    max_connections: '60',
    shared_buffers: '16MB',
    ...settings,
  };
  const parameters = ['-D', data, ...Object.entries(all).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  const start = (): Promise<void> => guard.tell({ order: 'start', command, parameters }, 'ready');
  await start();
  const location = ({
    user = 'admin',
    password = PASSWORD,
    host = '127.0.0.1',
    port: other = port,
    query = {},
  }: LocationOptions = {}): string => {
    const search = new URLSearchParams(query).toString();
    const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `postgres://${who}@${host}:${other}/postgres${search === '' ? '' : `?${search}`}`;
  };
  return {
    port,
    folder,
    location,
    async sql(text: string, values: readonly unknown[] = []) {
      const client = await connectAdmin(port);
      try {
        const result = await client.query(text, values.length > 0 ? [...values] : undefined);
        const last = Array.isArray(result) ? (result as QueryResult[]).at(-1) : result;
        return (last as QueryResult<Record<string, unknown>>).rows;
      } finally {
        await client.end();
      }
    },
    stop: (how: 'stop' | 'crash' = 'stop') => guard.tell({ order: how }, 'stopped'),
    start,
    makeReplica: () => writeFile(join(data, 'standby.signal'), ''),
    end: () => guard.end(),
  };
}
