import { setTimeout as sleep } from 'node:timers/promises';

import { fleetStatus, schedule, type FleetStatus } from '../../packages/fleet/src/index.ts';
import {
  completedOf,
  completedQuery,
  makeWorld,
  type World,
} from '../../packages/fleet/test/support/fleet.ts';
import { surroundingsOf } from '../../packages/fleet/test/support/surroundings.ts';
import { TIMING } from '../../packages/fleet/src/queue.ts';
import type { Server } from '../../packages/store-postgres/test/support/start.ts';

/** The timing of the workers that `crew.ts` starts: whatever is opened last sets the queue's. */
const timing = { ...TIMING, heartbeat: 10, supervision: 5 };

/** Milliseconds between two schedulings, at least. */
const PAUSE = 5000;

export interface Fleet extends World {
  readonly schema: string;
  schedule(): Promise<number>;
  /** Looks again and again until everything is done, and schedules what is due without a job; calls back each time. */
  finish(watch?: (status: FleetStatus, done: number) => Promise<void>): Promise<void>;
  /** Every rule that is broken. */
  judge(): Promise<readonly string[]>;
}

let count = 0;

export async function makeFleet(
  server: Server,
  rotations: number,
  latency: number,
): Promise<Fleet> {
  const schema = `fleet_${++count}`;
  const state = server.location({ query: { schema } });
  const world = await makeWorld({ rotations, state, latency });
  const calm = new AbortController().signal;
  const here = surroundingsOf(world.folder, world.env, 'campaign', calm);
  const again = async (): Promise<number> => (await schedule({ timing }, here)).offered;
  return {
    ...world,
    schema,
    schedule: again,
    async finish(watch) {
      let scheduled = 0;
      for (;;) {
        await sleep(1000);
        try {
          const status = await fleetStatus({}, here);
          const { outcomes, due, queued, running } = status;
          const done = (outcomes['rotated'] ?? 0) + (outcomes['current'] ?? 0);
          if (done === rotations && due + queued + running === 0) return;
          await watch?.(status, done);
          // To schedule reads the whole configuration: with every look, it would take more of the processor than a worker.
          if (due <= queued + running || Date.now() < scheduled + PAUSE) continue;
          await again();
          scheduled = Date.now();
        } catch {
          // The database is away.
        }
      }
    },
    judge: async () => world.problems(completedOf(await server.sql(completedQuery(schema)))),
  };
}
