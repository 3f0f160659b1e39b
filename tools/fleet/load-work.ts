import process from 'node:process';

import { work } from '../../packages/fleet/src/index.ts';
import { surroundingsOf } from '../../packages/fleet/test/support/surroundings.ts';
import {
  controlOf,
  seedWorld,
  startSandbox,
  type Sandbox,
} from '../../packages/sandbox/src/index.ts';
import type { Server } from '../../packages/store-postgres/test/support/start.ts';
import { costsOf } from './costs.ts';

/** After so many rotations, requests are counted. */
const COUNTED = 200;

export interface Work {
  readonly folder: string;
  readonly state: string;
  /** Rotations whose repositories are there: some more than are worked on. */
  readonly known: readonly string[];
  readonly worked: number;
  readonly concurrency: number;
  readonly latency: number;
}

/** Works on a part of what is queued, with one worker in this process; returns whether all were rotated. */
export async function workOnSome(
  server: Server,
  { folder, state, known, worked, concurrency, latency }: Work,
  print: (text: string) => void,
): Promise<boolean> {
  const { github = {} } = seedWorld(Date.now());
  const repositories = known.map((name) => [`acme/${name}`, { actions: {} }] as const);
  const sandbox = await startSandbox({
    world: { github: { ...github, ...Object.fromEntries(repositories) } },
  });
  try {
    if (latency > 0) await controlOf(sandbox).latency(latency, latency / 4);
    const drain = new AbortController();
    const env = { ...sandbox.env, KEYTURN_STATE: state };
    const before = await costsOf(server);
    const own = process.cpuUsage();
    const tenth = Math.floor(worked / 10);
    const marks = [spentOn(server)];
    const began = performance.now();
    const ends: number[] = [];
    const outcomes = new Map<string, number>();
    let counted: Promise<string> | undefined;
    await work(
      { configs: '.', concurrency, jitter: 0.1 },
      surroundingsOf(folder, env, 'load', drain.signal),
      {
        ended({ report: { outcome, error } }) {
          const what = error?.code ?? outcome;
          outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
          if (ends.push(performance.now()) >= worked) drain.abort();
          if (ends.length === tenth || ends.length === worked - tenth) marks.push(spentOn(server));
          if (ends.length === COUNTED) counted = countRequests(sandbox);
          // The providers keep what they were sent.
          if (ends.length % 1000 === 0) void forgetRequests(sandbox);
          if (ends.length % 1000 === 0) print(`  ${ends.length} ended`);
        },
      },
    );
    const after = await costsOf(server);
    const { user, system } = process.cpuUsage(own);
    const count = ends.length;
    const rate = (from: number, to: number): string =>
      (((to - from) * 1000) / ((ends[to - 1] ?? 0) - (ends[from - 1] ?? began))).toFixed(1);
    const each = (all: number): string => (all / count).toFixed(0);
    const mebibytes = process.resourceUsage().maxRSS / 1024;
    print(
      `work, ${concurrency} at a time: ${count} rotations, ${rate(0, count)} a second (the first tenth ${rate(0, tenth)}, the last ${rate(count - tenth, count)}), at most ${mebibytes.toFixed(0)} MiB with the providers`,
    );
    print(
      `each ${each((user + system) / 1000)} ms of the processor for worker and providers, ${each(after.processor - before.processor)} ms for the database, ${each(after.commits - before.commits)} transactions, ${each((after.bytes - before.bytes) / 1024)} KiB of log`,
    );
    const [start = 0, first = 0, ninth = 0, end = 0] = await Promise.all([
      ...marks,
      spentOn(server),
    ]);
    print(
      `all processors for each: ${((first - start) / tenth).toFixed(0)} ms in the first tenth, ${((end - ninth) / (count - worked + tenth)).toFixed(0)} ms in the last`,
    );
    if (counted !== undefined) print(await counted);
    print(`outcomes: ${[...outcomes].map((one) => one.join(' ')).join(', ')}`);
    return [...outcomes.keys()].every((outcome) => outcome === 'rotated');
  } finally {
    await sandbox.close();
  }
}

/** Milliseconds of this process and the database. */
async function spentOn(server: Server): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + (await costsOf(server)).processor;
}

/** How many requests the rotations have made that ended by now. */
async function countRequests(sandbox: Sandbox): Promise<string> {
  const all = await controlOf(sandbox).requests();
  const counts = new Map<string, number>();
  for (const { provider, method } of all) {
    const what = `${provider} ${method === 'GET' ? 'reads' : 'writes'}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const each = [...counts].map(([what, count]) => `${what} ${(count / COUNTED).toFixed(1)}`);
  return `requests of each, with those under way: ${each.join(', ')}`;
}

async function forgetRequests({ control }: Sandbox): Promise<void> {
  await fetch(`${control}/requests`, { method: 'DELETE' });
}
