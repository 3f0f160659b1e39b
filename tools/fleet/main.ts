// Many workers against the sandbox and a real PostgreSQL: npm run fleet-campaign -- --workers 3 --rotations 2000
//
// First workers are killed and stopped at random, and the database is restarted twice in the middle: each rotation must complete exactly
// once, with one valid token, which its sink holds. Then the throughput of 1, 2 and 4 workers is measured; each request takes
// `--latency` milliseconds. `--rotations 0` or `--per-worker 0` leaves one of the two out.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import {
  reason,
  startServer,
  type Server,
} from '../../packages/store-postgres/test/support/start.ts';
import { startChaos } from './chaos.ts';
import { startCrew } from './crew.ts';
import { makeFleet } from './fleet.ts';
import { seeded } from '../simulate-year/random.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '3' },
    rotations: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '8' },
    latency: { type: 'string', default: '100' },
    every: { type: 'string', default: '15000' },
    'per-worker': { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const number = (name: keyof typeof values): number => Number(values[name]);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (reason !== undefined) throw new Error(reason);
const server = await startServer({ max_connections: '200' }, {});
try {
  if (number('rotations') > 0) await campaign(server);
  if (number('per-worker') > 0) await throughput(server);
} finally {
  await server.end();
}

async function campaign(database: Server): Promise<void> {
  const rotations = number('rotations');
  print(`seed ${values.seed}: ${rotations} rotations, ${values.workers} workers`);
  const fleet = await makeFleet(database, rotations, number('latency'));
  const crew = startCrew(fleet, number('workers'), number('concurrency'));
  const chaos = startChaos(crew, database, seeded(number('seed')), number('every'));
  const began = Date.now();
  try {
    await fleet.schedule();
    let told = began;
    await fleet.finish(async (status, done) => {
      const { restarted } = chaos.harm;
      if (done >= (rotations * (restarted + 1)) / 3 && restarted < 2) await chaos.restart();
      if (Date.now() - told < 15_000) return;
      told = Date.now();
      const { killed, stopped } = chaos.harm;
      const codes = status.worst.map(({ code, outcome }) => code ?? outcome).join(' ');
      print(`  ${done} done, ${killed} killed, ${stopped} stopped; failing: ${codes || 'none'}`);
    });
  } finally {
    chaos.end();
    await crew.stop();
  }
  const seconds = (Date.now() - began) / 1000;
  const [jobs = {}] = await database.sql(
    `select count(*) filter (where retry_count > 0)::integer as again,
        (select sum(runs)::integer from ${fleet.schema}_fleet.agenda) as runs from ${fleet.schema}_jobs.job`,
  );
  const tokens = fleet.sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const made = tokens.filter(({ name }) => name?.startsWith('keyturn-r') === true).length;
  const broken = await fleet.judge();
  await fleet.close();
  const { killed, stopped, restarted } = chaos.harm;
  print(
    `${rotations} rotations in ${seconds.toFixed(0)} s, ${(rotations / seconds).toFixed(1)} a second`,
  );
  print(`${killed} workers killed, ${stopped} stopped, the database restarted ${restarted} times`);
  print(
    `${String(jobs['again'])} jobs taken over, ${String(jobs['runs'])} runs, ${made - rotations} tokens superseded`,
  );
  for (const [line, times] of crew.told) print(`  told ${times} times: ${line}`);
  print(broken.length === 0 ? 'each completed exactly once; no rule broken' : broken.join('\n'));
  if (broken.length > 0) process.exitCode = 1;
}

async function throughput(database: Server): Promise<void> {
  let alone = 0;
  for (const workers of [1, 2, 4]) {
    const rotations = workers * number('per-worker');
    const fleet = await makeFleet(database, rotations, number('latency'));
    const crew = startCrew(fleet, workers, number('concurrency'));
    // Starting a process is no work: all have looked at an empty queue.
    await idle(database, fleet.schema, workers);
    const before = await costs(database);
    await fleet.schedule();
    await fleet.finish();
    const after = await costs(database);
    const processor = await crew.stop();
    // From the first job to the last.
    const [row = {}] = await database.sql(
      `select extract(epoch from max(ended_at) - min(started_at))::float8 as seconds from ${fleet.schema}_fleet.agenda`,
    );
    const broken = await fleet.judge();
    await fleet.close();
    const rate = rotations / Number(row['seconds']);
    if (workers === 1) alone = rate;
    const share = rate / alone / workers;
    print(
      `${workers} workers: ${rate.toFixed(2)} rotations a second, ${share.toFixed(2)} × workers; each ${Math.round(processor / rotations)} ms of a worker's processor with its start, ${Math.round((after.commits - before.commits) / rotations)} transactions, ${Math.round((after.bytes - before.bytes) / rotations / 1024)} KiB of log${broken.length === 0 ? '' : `, ${broken.length} broken`}`,
    );
    if (broken.length > 0) process.exitCode = 1;
  }
}

/** Waits until the workers have opened the queue. */
async function idle(database: Server, schema: string, workers: number): Promise<void> {
  const connected = `select count(*)::integer as workers from pg_stat_activity
    where application_name = 'keyturn' and query like '%${schema}_jobs%'`;
  for (;;) {
    const [row = {}] = await database.sql(connected);
    if (Number(row['workers']) >= workers) return;
    await sleep(500);
  }
}

/** What the database has done so far. */
async function costs(database: Server): Promise<{ commits: number; bytes: number }> {
  await database.sql('select pg_stat_force_next_flush()');
  const [row = {}] = await database.sql(
    `select xact_commit::float8 as commits, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes
      from pg_stat_database where datname = current_database()`,
  );
  return { commits: Number(row['commits']), bytes: Number(row['bytes']) };
}
