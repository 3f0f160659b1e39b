import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Server } from '../../packages/store-postgres/test/support/start.ts';

/** Milliseconds of the unit in which Linux shows processor time. */
const TICK = 10;

/** What the database has done so far; processor time in milliseconds, NaN where the system does not show it. */
export interface Costs {
  readonly commits: number;
  readonly bytes: number;
  readonly processor: number;
}

export async function costsOf(database: Server): Promise<Costs> {
  await database.sql('select pg_stat_force_next_flush()');
  const [row = {}] = await database.sql(
    `select xact_commit::float8 as commits, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes,
        current_setting('data_directory') as folder
      from pg_stat_database where datname = current_database()`,
  );
  return {
    commits: Number(row['commits']),
    bytes: Number(row['bytes']),
    processor: await processorOfServer(String(row['folder'])),
  };
}

/** Of the server, and of all its processes that live or have ended. */
async function processorOfServer(folder: string): Promise<number> {
  try {
    const [line = ''] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
    const main = await statOf(line);
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = await Promise.all(ids.map((id) => statOf(id).catch(() => undefined)));
    const children = all.filter((one) => one?.parent === line);
    return main.own + main.ended + children.reduce((sum, one) => sum + (one?.own ?? 0), 0);
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds of processor time that a process has had so far; NaN where the system does not show it. */
export async function processorOf(pid: number | undefined): Promise<number> {
  return pid === undefined
    ? Number.NaN
    : await statOf(String(pid)).then(
        ({ own }) => own,
        () => Number.NaN,
      );
}

/** man: proc_pid_stat(5): the name in brackets may have any characters; the fields after it are counted from 3. */
async function statOf(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (first: number): number =>
    (Number(fields[first - 3]) + Number(fields[first - 2])) * TICK;
  return { parent: fields[1] ?? '', own: ticks(14), ended: ticks(16) };
}
