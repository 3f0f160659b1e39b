import type { Server } from '../../packages/store-postgres/test/support/start.ts';
import type { Crew } from './crew.ts';

/** What happened to a fleet. */
interface Harm {
  killed: number;
  stopped: number;
  restarted: number;
}

/** Does harm to workers at random instants, and to the database when half is done. */
export function startChaos(crew: Crew, server: Server, random: () => number, every: number) {
  const harm: Harm = { killed: 0, stopped: 0, restarted: 0 };
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const waits = new Set<NodeJS.Timeout>();
  const next = (): void => {
    if (isOver) return;
    timer = setTimeout(
      () => {
        const worker = crew.workers[Math.floor(random() * crew.workers.length)];
        if (random() < 0.6) {
          worker?.kill('SIGKILL');
          harm.killed++;
        } else {
          worker?.kill('SIGSTOP');
          harm.stopped++;
          // Longer than a lease and a heartbeat; one in four longer than the server waits for it.
          const long = random() < 0.25 ? 75_000 : 12_000 + random() * 10_000;
          waits.add(setTimeout(() => worker?.kill('SIGCONT'), long));
        }
        next();
      },
      every * (0.5 + random()),
    );
  };
  next();
  return {
    harm,
    /** Ends the server, at once or as it should be, and starts it again. */
    async restart(): Promise<void> {
      harm.restarted++;
      await server.stop(harm.restarted % 2 === 1 ? 'crash' : 'stop');
      await server.start();
    },
    end(): void {
      isOver = true;
      clearTimeout(timer);
      for (const wait of waits) clearTimeout(wait);
      for (const worker of crew.workers) worker.kill('SIGCONT');
    },
  };
}
