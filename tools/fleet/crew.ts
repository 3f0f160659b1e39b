import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { spawnWorker } from '../../packages/fleet/test/support/crew.ts';
import type { World } from '../../packages/fleet/test/support/fleet.ts';

/** The worker processes of a fleet. One that ends is replaced. */
export interface Crew {
  readonly workers: readonly ChildProcess[];
  /** What they told a person, and how runs failed; how often each. */
  readonly told: ReadonlyMap<string, number>;
  /** Waits until all have looked at the queue. */
  ready(): Promise<void>;
  /** Drains them, and waits until they have ended. */
  stop(): Promise<void>;
}

export function startCrew(world: World, size: number, concurrency: number): Crew {
  const workers: ChildProcess[] = [];
  const told = new Map<string, number>();
  const looked = new Set<ChildProcess>();
  let isEnding = false;
  const begin = (index: number): void => {
    const worker = spawnWorker(world, concurrency, (line) => {
      if (line === '! ready') return void looked.add(worker);
      if (!/^(?:! |r\d+ (?:failed|incomplete) )/.test(line)) return;
      const what = line
        .replace(/^(?:! )?(?:r\d+: |postgres:\S+ )?/, '')
        .replaceAll(/r\d+[\w-]*| ?\d+ \(process .*/g, '…');
      told.set(what, (told.get(what) ?? 0) + 1);
    });
    workers[index] = worker;
    worker.once('exit', () => {
      if (!isEnding) begin(index);
    });
  };
  for (let index = 0; index < size; index++) begin(index);
  return {
    workers,
    told,
    async ready() {
      while (!workers.every((worker) => looked.has(worker))) await sleep(100);
    },
    async stop() {
      isEnding = true;
      await Promise.all(
        workers.map(async (worker) => {
          if (worker.exitCode !== null || worker.signalCode !== null) return;
          const gone = once(worker, 'close');
          worker.kill('SIGCONT');
          worker.kill('SIGTERM');
          await gone;
        }),
      );
    },
  };
}
