import { systemClock, type Clock } from '@keyturn/core';
import {
  chain,
  type LedgerRecord,
  type Lock,
  type Machine,
  type Revision,
  type RotationEvent,
} from '@keyturn/core/ledger';
import { onTestFinished } from 'vitest';

import { parseLocation, type Location } from '../../src/location.ts';
import { createPostgresStore, type PostgresStoreOptions } from '../../src/postgres-store.ts';
import type { Server, LocationOptions } from './server.ts';

export const AT = '2030-01-01T00:00:00.000Z';

/** Nothing interrupts the call. */
export const calm = { signal: new AbortController().signal };

let count = 0;

/** A schema that no other test uses. */
export function freshSchema(): string {
  return `test_${process.pid}_${++count}`;
}

export function locationOf(
  server: Server,
  schema: string,
  options: LocationOptions = {},
): Location {
  const text = server.location({ ...options, query: { schema, ...options.query } });
  const parsed = parseLocation(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.location;
}

export type Store = ReturnType<typeof createPostgresStore>;

/** A store that is closed when the test has finished. */
export function openStore(location: Location, options: Partial<PostgresStoreOptions> = {}): Store {
  const store = createPostgresStore({
    location,
    clock: systemClock,
    env: {},
    directory: '/',
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

export interface ManualClock extends Clock {
  time: number;
  /** How long was slept, in all. */
  slept: number;
}

/** A clock that stands still until it is set, or somebody sleeps. */
export function manualClock(): ManualClock {
  const clock: ManualClock = {
    time: Date.now(),
    slept: 0,
    now: () => clock.time,
    async sleep(milliseconds) {
      clock.time += milliseconds;
      clock.slept += milliseconds;
    },
  };
  return clock;
}

/** A machine on which the listed processes run. */
export function fakeMachine(pid: number, running: readonly number[], host = 'alpha'): Machine {
  return {
    host,
    instance: `boot of ${host}`,
    pid,
    uid: undefined,
    look: async (number) =>
      running.includes(number)
        ? { state: 'running', start: `start of ${number}` }
        : { state: 'gone' },
  };
}

export function opened(rotation = 'one'): RotationEvent {
  return { type: 'opened', rotation, summary: { tokens: [], sinks: [], attempts: [] } };
}

export function started(label: string): RotationEvent {
  return { type: 'started', label, reason: 'forced: "é🔑\u2028\\' };
}

export function append(
  lock: Pick<Lock, 'append'>,
  revision: Revision,
  ...events: RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision, { ...calm, durable: 'now' });
}

export async function collect(records: AsyncIterable<LedgerRecord>): Promise<LedgerRecord[]> {
  const list: LedgerRecord[] = [];
  for await (const record of records) list.push(record);
  return list;
}

export async function labels(store: Store, rotation = 'one'): Promise<string[]> {
  const records = await collect(store.history(rotation, calm));
  return records.flatMap(({ event }) => (event.type === 'started' ? [event.label] : []));
}
