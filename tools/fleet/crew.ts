import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { spawnWorker } from '../../packages/fleet/test/support/crew.ts';
import type { World } from '../../packages/fleet/test/support/fleet.ts';

/** The worker processes of a fleet. One that ends is replaced. */
export interface Crew {
  readonly workers: readonly ChildProcess[];
  /** What they told a person, by what was told. */
  readonly told: ReadonlyMap<string, number>;
  /** Drains them, and waits until they have ended; returns the processor time of those, in milliseconds. */
  stop(): Promise<number>;
}

export function startCrew(world: World, size: number, concurrency: number): Crew {
  const workers: ChildProcess[] = [];
  const told = new Map<string, number>();
  let isEnding = false;
  let processor = 0;
  const begin = (index: number): void => {
    const worker = spawnWorker(world, concurrency, (line) => {
      if (line.startsWith('cpu ')) processor += Number(line.slice(4));
      if (!line.startsWith('! ')) return;
      const what = line.replace(/^! (?:r\d+: |postgres:\S+ )?/, '');
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
      return processor;
    },
  };
}
