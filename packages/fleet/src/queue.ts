import type { Database } from '@keyturn/store-postgres/database';
import type { PgBoss } from 'pg-boss';

import type { Attempt, Entry } from './agenda.ts';

const NAME = 'rotations';
const DAY = 24 * 60 * 60;

/** In seconds. */
export interface Timing {
  /** Workers tell more often than this that they live; a job whose worker does not is given to another one. At least 10. */
  readonly heartbeat: number;
  /** How often dead workers are looked for. */
  readonly supervision: number;
  /** A run that takes longer is interrupted, and its job given to another worker. */
  readonly longest: number;
}

export const TIMING: Timing = { heartbeat: 30, supervision: 15, longest: 3600 };

/** A job that this process works on. */
export interface Job extends Attempt, Entry {}

/** The queue of a fleet: at most one job per rotation, queued or being worked on. */
export class Queue {
  readonly #boss: PgBoss;

  private constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  /**
   * @param isWorker whether dead workers are looked for, and old jobs removed
   * @param told receives what fails in the background
   */
  static async open(
    database: Database,
    isWorker: boolean,
    { heartbeat, supervision, longest }: Timing,
    told: (error: unknown) => void,
  ): Promise<Queue> {
    const { PgBoss: Library } = await import('pg-boss');
    const boss = new Library({
      db: {
        async executeSql(text, values) {
          return { rows: [...(await database.query(text, values)).rows] };
        },
      },
      schema: `${database.schema}_jobs`,
      supervise: isWorker,
      superviseIntervalSeconds: supervision,
      monitorIntervalSeconds: supervision,
      schedule: false,
      registerInstance: false,
      openTelemetry: { enabled: false },
    });
    // Unheard, it would end the process.
    boss.on('error', told);
    await boss.start();
    const settings = {
      heartbeatSeconds: heartbeat,
      expireInSeconds: longest,
      // For dead workers only: what a run could not do is up to the index.
      retryLimit: 5,
      deleteAfterSeconds: DAY,
    };
    await boss.createQueue(NAME, { policy: 'exclusive', ...settings });
    await boss.updateQueue(NAME, settings);
    return new Queue(boss);
  }

  /** Adds a job for each, but none for rotations that have one; returns how many were added. */
  async offer(entries: readonly Entry[]): Promise<number> {
    const jobs = entries.map(({ rotation, configuration }) => ({
      data: { rotation, configuration },
      singletonKey: rotation,
    }));
    const ids = await this.#boss.insert(NAME, jobs, { returnId: true });
    return ids?.length ?? 0;
  }

  /** Takes jobs, the oldest first. */
  async take(most: number): Promise<readonly Job[]> {
    const jobs = await this.#boss.fetch<Entry>(NAME, { batchSize: most });
    return jobs.map(({ id, retryCount, data: { rotation, configuration } }) => ({
      id,
      retryCount,
      rotation,
      configuration,
    }));
  }

  /** Tells that these jobs are being worked on; returns the ids of those that still are this process's. */
  async keep(attempts: readonly Attempt[]): Promise<ReadonlySet<string>> {
    const found = (await this.#boss.touch(NAME, [...attempts])) as { settled?: readonly string[] };
    return new Set(found.settled ?? attempts.map(({ id }) => id));
  }

  /** The job is done. Does nothing if it was given to another worker. */
  async done(attempt: Attempt): Promise<void> {
    await this.#boss.complete(NAME, attempt);
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }
}
