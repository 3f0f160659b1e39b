import type { Surroundings } from '@keyturn/host';

import type { Where } from './configurations.ts';
import { claimLost, draining } from './messages.ts';
import { nextRun, type NextRun } from './next-run.ts';
import { explained, openBase, type Base } from './open.ts';
import { Outage } from './outage.ts';
import { Queue, TIMING, type Job, type Timing } from './queue.ts';
import { runRotation, type Run } from './run.ts';
import { Sites } from './sites.ts';

/** Milliseconds between looks at an empty queue. */
const POLL = 2000;

export interface WorkOptions extends Where {
  /** How many rotations run at a time. */
  readonly concurrency: number;
  /** See `earlier`. */
  readonly jitter: number;
  readonly allow?: readonly string[];
  readonly timing?: Timing;
  /** Milliseconds. @default 2000 */
  readonly poll?: number;
}

export interface WorkListeners {
  /** Each run, when it has ended. */
  readonly ended?: (run: Run, next: NextRun) => void;
  /** A line for a person. */
  readonly tell?: (line: string) => void;
}

/** After a drain, a database that is away is waited for so many milliseconds; then another worker does it again. */
const LONGEST_END = 60_000;

/** A job whose rotation is running. */
interface Running {
  readonly job: Job;
  readonly interrupt: AbortController;
}

/**
 * Works on a fleet's jobs until the signal of the surroundings is aborted; then takes nothing new, and ends when what runs has ended.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, and `STATE_FAILED` if the database is away at the start. Later, it is waited for
 */
export async function work(
  options: WorkOptions,
  surroundings: Surroundings,
  { ended = () => {}, tell = () => {} }: WorkListeners = {},
): Promise<void> {
  const { signal: drain, clock, owner } = surroundings;
  const { concurrency, jitter, timing = TIMING, poll = POLL } = options;
  // A drain is no interrupt: what runs is finished.
  const insistent = { ...surroundings, signal: new AbortController().signal };
  const base = await openBase(options, surroundings, options.allow);
  const sites = new Sites(options, insistent, options.allow);
  const running = new Map<string, Running>();
  const ends = new Set<Promise<void>>();
  const closed = new AbortController();
  const gaveUp = new AbortController();
  const onDrain = (): void => {
    tell(draining(ends.size));
    clock.sleep(LONGEST_END, closed.signal).then(
      () => gaveUp.abort(),
      () => {},
    );
  };
  try {
    const queue = await begin(base, timing);
    const outage = new Outage(base.database, clock, tell);
    const attend = keepAll({ queue, running, closed: closed.signal, timing, clock, tell });
    drain.addEventListener('abort', onDrain, { once: true });
    try {
      while (!drain.aborted) {
        const free = concurrency - ends.size;
        const jobs = free > 0 ? await outage.outlast(() => queue.take(free), drain) : [];
        for (const job of jobs ?? []) start(job, queue, outage);
        if (free === 0 || jobs?.length !== free) await rest(ends, clock, poll, drain);
      }
      await Promise.all(ends);
    } finally {
      closed.abort();
      await attend;
      await queue.close();
    }
  } finally {
    drain.removeEventListener('abort', onDrain);
    await sites.close();
    await base.database.close();
  }

  function start(job: Job, queue: Queue, outage: Outage): void {
    const end = perform(job, queue, outage).finally(() => ends.delete(end));
    ends.add(end);
  }

  async function perform(job: Job, queue: Queue, outage: Outage): Promise<void> {
    const { agenda } = base;
    const { rotation } = job;
    const failures = await outage.outlast(() => agenda.begin(rotation, job, owner), gaveUp.signal);
    if (failures === undefined) return;
    const interrupt = new AbortController();
    running.set(job.id, { job, interrupt });
    const run = await runRotation(job, sites, jitter, interrupt.signal);
    running.delete(job.id);
    // Its job was given to another worker, who writes how it ended.
    if (interrupt.signal.aborted) return;
    const next = nextRun(run.report, run.policy, clock.now(), failures);
    ended(run, next);
    const { outcome, error } = run.report;
    await outage.outlast(async () => {
      await agenda.end(rotation, job, { ...next, outcome, code: error?.code });
      await queue.done(job);
    }, gaveUp.signal);
  }
}

async function begin(base: Base, timing: Timing): Promise<Queue> {
  return explained(base, async () => {
    await base.agenda.prepare();
    // What fails in the background is repeated there; that the database is away is told by whoever takes jobs.
    return Queue.open(base.database, true, timing, () => {});
  });
}

/** Waits until a run has ended, or for some time. */
async function rest(
  ends: Iterable<Promise<void>>,
  clock: Surroundings['clock'],
  poll: number,
  drain: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const slept = clock.sleep(poll, AbortSignal.any([drain, woken.signal])).catch(() => {});
  await Promise.race([slept, ...ends]);
  woken.abort();
}

/** Tells the queue that the jobs here are being worked on, and interrupts those that were given to another worker. */
async function keepAll({
  queue,
  running,
  closed,
  timing,
  clock,
  tell,
}: {
  readonly queue: Queue;
  readonly running: ReadonlyMap<string, Running>;
  readonly closed: AbortSignal;
  readonly timing: Timing;
  readonly clock: Surroundings['clock'];
  readonly tell: (line: string) => void;
}): Promise<void> {
  while (!closed.aborted) {
    await clock.sleep((timing.heartbeat * 1000) / 3, closed).catch(() => {});
    const known = [...running.values()];
    if (known.length === 0 || closed.aborted) continue;
    // If it is away, the next beat comes soon enough, or the run has lost its lock as well.
    const kept = await queue.keep(known.map(({ job }) => job)).catch(() => undefined);
    for (const { job, interrupt } of known) {
      if (kept === undefined || kept.has(job.id) || !running.has(job.id)) continue;
      tell(claimLost(job.rotation));
      interrupt.abort();
    }
  }
}
