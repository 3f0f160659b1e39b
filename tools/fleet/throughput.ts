import { availableParallelism } from 'node:os';
import process from 'node:process';

import type { Server } from '../../packages/store-postgres/test/support/start.ts';
import { costsOf, processorOf } from './costs.ts';
import { startCrew, type Crew } from './crew.ts';
import { makeFleet } from './fleet.ts';

export interface Throughput {
  /** The numbers of workers that are compared; the first one is what the others are compared with. */
  readonly workers: readonly number[];
  readonly rotations: number;
  readonly concurrency: number;
  /** Milliseconds of each request. */
  readonly latency: number;
}

/** What the rotations of one size of the crew took; processor time in milliseconds. */
interface Measured {
  readonly seconds: number;
  readonly ofWorkers: number;
  readonly ofDatabase: number;
  readonly ofProviders: number;
  readonly commits: number;
  readonly bytes: number;
  readonly isWell: boolean;
}

/** Plays the same rotations with several numbers of workers, and prints a table; returns whether each completed exactly once. */
export async function throughput(
  database: Server,
  options: Throughput,
  print: (text: string) => void,
): Promise<boolean> {
  const { workers, rotations, concurrency, latency } = options;
  const cores = availableParallelism();
  print(
    `${rotations} rotations, ${concurrency} at a time in each worker, ${latency} ms for each request, ${cores} cores for workers, database and providers\n`,
  );
  print(
    '| workers | rotations a second | × of the first | processor of workers | of the database | of the providers | cores busy | transactions | log of the database |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  let first: number | undefined;
  let isWell = true;
  for (const size of workers) {
    const one = await measure(database, options, size);
    isWell &&= one.isWell;
    const rate = rotations / one.seconds;
    first ??= rate;
    const each = (all: number): string => (all / rotations).toFixed(0);
    const busy = (one.ofWorkers + one.ofDatabase + one.ofProviders) / 1000 / one.seconds;
    const cells = [
      size,
      rate.toFixed(2),
      (rate / first).toFixed(2),
      `${each(one.ofWorkers)} ms`,
      `${each(one.ofDatabase)} ms`,
      `${each(one.ofProviders)} ms`,
      `${busy.toFixed(2)} of ${cores}`,
      each(one.commits),
      `${each(one.bytes / 1024)} KiB`,
    ];
    print(`| ${cells.join(' | ')} |${one.isWell ? '' : ' **a rule is broken**'}`);
  }
  return isWell;
}

async function measure(
  database: Server,
  { rotations, latency, concurrency }: Throughput,
  size: number,
): Promise<Measured> {
  const fleet = await makeFleet(database, rotations, latency);
  const crew = startCrew(fleet, size, concurrency);
  try {
    // Starting a process is no work: all have looked at an empty queue.
    await crew.ready();
    await fleet.schedule();
    const before = await costsOf(database);
    const [ofCrew, own] = [await processorOfCrew(crew), process.cpuUsage()];
    await fleet.finish();
    const { user, system } = process.cpuUsage(own);
    const ofWorkers = (await processorOfCrew(crew)) - ofCrew;
    const after = await costsOf(database);
    await crew.stop();
    // From the first job to the last.
    const [row = {}] = await database.sql(
      `select extract(epoch from max(ended_at) - min(started_at))::float8 as seconds from ${fleet.schema}_fleet.agenda`,
    );
    return {
      seconds: Number(row['seconds']),
      ofWorkers,
      ofDatabase: after.processor - before.processor,
      ofProviders: (user + system) / 1000,
      commits: after.commits - before.commits,
      bytes: after.bytes - before.bytes,
      isWell: (await fleet.judge()).length === 0,
    };
  } finally {
    await crew.stop();
    await fleet.close();
  }
}

async function processorOfCrew({ workers }: Crew): Promise<number> {
  const all = await Promise.all(workers.map(({ pid }) => processorOf(pid)));
  return all.reduce((sum, one) => sum + one, 0);
}
