// Many workers against the sandbox and a real PostgreSQL:
//
// npm run fleet-campaign -- --workers 3 --rotations 2000
//   Workers are killed and stopped at random, and the database is restarted twice in the middle: each rotation must complete exactly once, with
//   one valid token, which its sink holds.
// npm run fleet-campaign -- --throughput --rotations 400 [--workers 4]
//   The same rotations with 1, 2 and 4 workers (or with so many as given), and nothing is killed. Each request takes `--latency` milliseconds.
// npm run fleet-campaign -- --scheduled 100000 --worked 10000
//   So many are due at once: what it costs to queue them, and to work on a part of them with one worker, in this process.
import { parseArgs } from 'node:util';

import { reason, startServer } from '../../packages/store-postgres/test/support/start.ts';
import { campaign } from './campaign.ts';
import { load } from './load.ts';
import { throughput } from './throughput.ts';

const { values } = parseArgs({
  options: {
    throughput: { type: 'boolean', default: false },
    workers: { type: 'string' },
    rotations: { type: 'string' },
    scheduled: { type: 'string' },
    worked: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '8' },
    latency: { type: 'string' },
    every: { type: 'string', default: '15000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const concurrency = Number(values.concurrency);
const workers = values.workers?.split(',').map(Number);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (reason !== undefined) throw new Error(reason);
const server = await startServer({ max_connections: '200' }, {});
try {
  if (values.scheduled !== undefined) {
    const scheduled = Number(values.scheduled);
    const worked = Math.min(scheduled, Number(values.worked));
    const latency = Number(values.latency ?? 0);
    if (!(await load(server, { scheduled, worked, concurrency, latency }, print)))
      process.exitCode = 1;
  } else {
    const latency = Number(values.latency ?? 100);
    const isHarmless = values.throughput;
    const rotations = Number(values.rotations ?? (isHarmless ? 400 : 2000));
    const play = { rotations, concurrency, latency };
    const harm = { every: Number(values.every), seed: Number(values.seed) };
    const isWell = isHarmless
      ? await throughput(server, { ...play, workers: workers ?? [1, 2, 4] }, print)
      : await campaign(server, { ...play, ...harm, workers: workers?.[0] ?? 3 }, print);
    if (!isWell) process.exitCode = 1;
  }
} finally {
  await server.end();
}
