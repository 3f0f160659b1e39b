import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { fleetStatus, schedule } from '../../packages/fleet/src/index.ts';
import { surroundingsOf } from '../../packages/fleet/test/support/surroundings.ts';
import type { Server } from '../../packages/store-postgres/test/support/start.ts';
import { costsOf } from './costs.ts';
import { workOnSome } from './load-work.ts';

/** A configuration is limited to 1 MiB, so a large fleet has many. */
const IN_ONE = 500;
const SCHEMA = 'load';

export interface Load {
  /** How many rotations are due at once. */
  readonly scheduled: number;
  /** How many of them are run, by one worker in this process. */
  readonly worked: number;
  readonly concurrency: number;
  readonly latency: number;
}

/** A large fleet on one machine: what it costs to queue it, and to work on a part of it. */
export async function load(
  server: Server,
  { scheduled, worked, concurrency, latency }: Load,
  print: (text: string) => void,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-load-'));
  try {
    const names = Array.from({ length: scheduled }, (_, nth) => `r${String(nth).padStart(6, '0')}`);
    for (let first = 0; first < names.length; first += IN_ONE)
      await configure(join(folder, `c${first}`), names.slice(first, first + IN_ONE));
    const state = server.location({ query: { schema: SCHEMA } });
    const calm = surroundingsOf(
      folder,
      { KEYTURN_STATE: state },
      'load',
      new AbortController().signal,
    );

    print(`${scheduled} rotations in ${Math.ceil(scheduled / IN_ONE)} configurations`);
    for (const what of ['all due', 'nothing new']) {
      const before = await costsOf(server);
      const [seconds, { offered }] = await timed(() => schedule({ configs: '.' }, calm));
      const after = await costsOf(server);
      const mebibytes = process.resourceUsage().maxRSS / 1024;
      print(
        `schedule, ${what}: ${offered} queued in ${seconds.toFixed(1)} s, ${after.commits - before.commits} transactions, ${inSeconds(after.processor - before.processor)} of the database's processor, at most ${mebibytes.toFixed(0)} MiB`,
      );
    }
    const [seconds] = await timed(() => fleetStatus({ configs: '.' }, calm));
    print(`status: ${(seconds * 1000).toFixed(0)} ms`);
    if (worked === 0) return true;
    // Jobs of one page have no order.
    const known = names.slice(0, worked + 2000);
    return await workOnSome(server, { folder, state, known, worked, concurrency, latency }, print);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function configure(folder: string, names: readonly string[]): Promise<void> {
  const rotations = names.map((name) => [
    name,
    {
      grace: '0',
      settle: '10s',
      drift: 'off',
      token: { permissions: ['read_organization'] },
      sinks: [`github:acme/${name}`],
    },
  ]);
  await mkdir(folder, { mode: 0o700 });
  await writeFile(
    join(folder, 'keyturn.config.json'),
    JSON.stringify({
      issuer: { kind: 'planetscale', org: 'acme' },
      rotations: Object.fromEntries(rotations),
    }),
  );
}

async function timed<Result>(action: () => Promise<Result>): Promise<readonly [number, Result]> {
  const began = performance.now();
  const result = await action();
  return [(performance.now() - began) / 1000, result];
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
