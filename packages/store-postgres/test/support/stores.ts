import { systemClock, type Clock } from '@keyturn/core';
import {
  chain,
  type Lock,
  type Machine,
  type Revision,
  type RotationEvent,
} from '@keyturn/core/ledger';
import { onTestFinished } from 'vitest';

import { parseLocation, type Location } from '../../src/location.ts';
import { createPostgresStore, type PostgresStoreOptions } from '../../src/postgres-store.ts';
import {
  AT,
  collect,
  fakeMachine as machineWith,
  labelsOf,
} from '../../../core/test/support/ledgers.ts';
import type { Server, LocationOptions } from './server.ts';

export { AT, collect, opened, started } from '../../../core/test/support/ledgers.ts';

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
export function fakeMachine(pid: number, running: readonly number[], host?: string): Machine {
  return machineWith(pid, Object.fromEntries(running.map((one) => [one, 'running'])), host);
}

export function append(
  lock: Pick<Lock, 'append'>,
  revision: Revision,
  ...events: RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision, { ...calm, durable: 'now' });
}

export async function labels(store: Store, rotation = 'one'): Promise<string[]> {
  return labelsOf(await collect(store.history(rotation, calm)));
}
