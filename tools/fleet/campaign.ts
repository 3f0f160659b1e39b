import type { Server } from '../../packages/store-postgres/test/support/start.ts';
import { seeded } from '../simulate-year/random.ts';
import { startChaos } from './chaos.ts';
import { startCrew } from './crew.ts';
import { makeFleet } from './fleet.ts';

/** What a campaign plays; times in milliseconds. */
export interface Campaign {
  readonly workers: number;
  readonly rotations: number;
  readonly concurrency: number;
  readonly latency: number;
  /** The mean time between two harms. */
  readonly every: number;
  readonly seed: number;
}

/** Plays rotations while workers and the database are harmed; returns whether each completed exactly once. */
export async function campaign(
  database: Server,
  { workers, rotations, concurrency, latency, every, seed }: Campaign,
  print: (text: string) => void,
): Promise<boolean> {
  print(`seed ${seed}: ${rotations} rotations, ${workers} workers`);
  const fleet = await makeFleet(database, rotations, latency);
  const crew = startCrew(fleet, workers, concurrency);
  const chaos = startChaos(crew, database, seeded(seed), every);
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
  for (const line of await historyOf(database, fleet.schema, broken[0])) print(`  ${line}`);
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
  return broken.length === 0;
}

/** The records of the first rotation with which something is wrong. */
async function historyOf(
  database: Server,
  schema: string,
  problem: string | undefined,
): Promise<readonly string[]> {
  const [rotation] = /^r\d+/.exec(problem ?? '') ?? [];
  if (rotation === undefined) return [];
  const rows = await database.sql(
    `select seq, record from "${schema}".records where rotation = $1 order by seq`,
    [rotation],
  );
  return rows.map(({ seq, record }) => {
    const { at, event } = JSON.parse(String(record)) as { at: string; event: object };
    return `${rotation} ${String(seq)} ${at} ${JSON.stringify(event).slice(0, 300)}`;
  });
}
