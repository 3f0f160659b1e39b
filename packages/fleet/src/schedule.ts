import { KeyturnError } from '@keyturn/core';
import type { Surroundings } from '@keyturn/host';

import type { Agenda, Entry } from './agenda.ts';
import { configurationNames, type Where } from './configurations.ts';
import { rotationTwice } from './messages.ts';
import { explained, openBase } from './open.ts';
import { Queue, TIMING, type Timing } from './queue.ts';
import { Sites } from './sites.ts';

/** How many jobs are added with one statement. */
const PAGE = 1000;

export interface ScheduleOptions extends Where {
  readonly allow?: readonly string[];
  readonly timing?: Timing;
}

/** What a scheduling did. */
export interface Scheduled {
  /** Rotations of all configurations. */
  readonly rotations: number;
  /** Jobs that were added to the queue. */
  readonly offered: number;
  /** Configurations that could not be read. Their rotations go on as they were. */
  readonly problems: readonly { readonly configuration: string; readonly error: KeyturnError }[];
}

/**
 * Brings the index in line with the configurations, and adds a job for each rotation that is due. Reads no ledger. Can be run at any time,
 * on several machines too: a rotation has at most one job.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, `STATE_FAILED`
 */
export async function schedule(
  options: ScheduleOptions,
  surroundings: Surroundings,
): Promise<Scheduled> {
  const base = await openBase(options, surroundings, options.allow);
  const { agenda, database } = base;
  try {
    const { entries, problems } = await readEntries(options, surroundings);
    return await explained(base, async () => {
      await agenda.prepare();
      const unread = problems.map(({ configuration }) => configuration);
      await agenda.sync(entries, unread);
      const queue = await Queue.open(database, false, options.timing ?? TIMING, () => {});
      try {
        const offered = await offerDue(agenda, queue, surroundings.signal);
        return { rotations: entries.length, offered, problems };
      } finally {
        await queue.close();
      }
    });
  } finally {
    await database.close();
  }
}

async function offerDue(agenda: Agenda, queue: Queue, signal: AbortSignal): Promise<number> {
  let offered = 0;
  const due = await agenda.due();
  for (let first = 0; first < due.length && !signal.aborted; first += PAGE) {
    const entries = due.slice(first, first + PAGE);
    // A kill in between leaves jobs that are offered again, and refused as they are there.
    offered += await queue.offer(entries);
    await agenda.offered(entries.map(({ rotation }) => rotation));
  }
  return offered;
}

/** One configuration that cannot be read does not stop the others; the only one does. */
async function readEntries(
  options: ScheduleOptions,
  surroundings: Surroundings,
): Promise<{ readonly entries: readonly Entry[]; readonly problems: Scheduled['problems'] }> {
  const sites = new Sites(options, surroundings, options.allow);
  const owners = new Map<string, string>();
  const problems: Scheduled['problems'][number][] = [];
  try {
    const names = await configurationNames(options, surroundings);
    for (const configuration of names) {
      try {
        await sites.use(configuration, async ({ config: { rotations } }) => {
          for (const { name } of rotations) {
            const owner = owners.get(name);
            if (owner !== undefined) throw rotationTwice(name, owner, configuration);
          }
          for (const { name } of rotations) owners.set(name, configuration);
        });
      } catch (error) {
        if (!KeyturnError.is(error) || options.configs === undefined) throw error;
        problems.push({ configuration, error });
      }
    }
  } finally {
    await sites.close();
  }
  const entries = [...owners].map(([rotation, configuration]) => ({ rotation, configuration }));
  return { entries, problems };
}
