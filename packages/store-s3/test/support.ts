import {
  type AdapterContext,
  type CallOptions,
  defineStore,
  type Fetch,
  KeyturnError,
} from '@keyturn/core';
import {
  chain,
  EMPTY,
  type Lock,
  type Machine,
  type Revision,
  type RotationEvent,
  type StateStore,
} from '@keyturn/core/ledger';
import { adapterContext, virtualClock, type VirtualClock } from '@keyturn/core/testing';
import {
  type ClocksChange,
  type Fault,
  type RecordedRequest,
  type S3World,
  type Sandbox,
  startSandbox,
} from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { AT, opened, started } from '../../core/test/support/ledgers.ts';
import { Client } from '../src/client.ts';
import { type Keys, keysOf } from '../src/keys.ts';
import { location as schema, type Location, parseLocation } from '../src/location.ts';
import { Objects } from '../src/objects.ts';
import { createS3Store, type S3StoreOptions } from '../src/s3-store.ts';

export { AT, collect, labelsOf, opened, started } from '../../core/test/support/ledgers.ts';

export const LEASE = 120_000;
export const BUCKET = 'acme-keyturn';
export const never: CallOptions = { signal: new AbortController().signal };

/** A bucket in the sandbox, and stores on it. */
export interface World {
  readonly box: Sandbox;
  readonly clock: VirtualClock;
  readonly context: AdapterContext;
  /** Behind the store's back. */
  readonly objects: Objects;
  readonly keys: Keys;
  /** A store as another process on another machine opens it. */
  readonly open: (host?: string, options?: Partial<S3StoreOptions>) => Promise<StateStore>;
  readonly faults: (...faults: readonly Fault[]) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  readonly requests: () => Promise<readonly RecordedRequest[]>;
  /** Every request since, as `PUT locks/one 200`. */
  readonly routes: () => Promise<readonly string[]>;
  readonly forgetRequests: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly s3?: S3World;
  readonly clocks?: ClocksChange;
  readonly prefix?: string;
  readonly changes?: Partial<AdapterContext>;
}

export async function openWorld({
  s3,
  clocks,
  prefix = 'state',
  changes,
}: WorldOptions = {}): Promise<World> {
  const clock = virtualClock();
  const box = await startSandbox({
    clock: () => clock.now(),
    ...(clocks !== undefined && { clocks }),
    world: { planetscale: {}, github: {}, gitlab: {}, circleci: {}, ...(s3 && { s3 }) },
  });
  const context = adapterContext({ env: box.env, clock, ...changes });
  const location = locationOf(`s3://${BUCKET}/${prefix}`);
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const text = await (await fetch(`${box.control}${path}`, init)).text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const requests = async (): Promise<readonly RecordedRequest[]> =>
    ((await control('GET', '/requests')) as RecordedRequest[]).filter(
      ({ provider }) => provider === 's3',
    );
  return {
    box,
    clock,
    context,
    objects: new Objects(new Client(location, context, 20_000)),
    keys: keysOf(location.prefix),
    open: (host = 'alpha', options = {}) => {
      const adapter = defineStore<Location>({
        kind: 's3',
        options: schema,
        connect: (where, given) =>
          createS3Store({ location: where, context: given, machine: machineOf(host), ...options }),
      });
      return adapter.open(`s3://${BUCKET}/${prefix}`, options.context ?? context);
    },
    faults: async (...faults) => void (await control('POST', '/faults', faults)),
    clearFaults: async () => void (await control('DELETE', '/faults')),
    requests,
    routes: async () =>
      (await requests()).map(
        ({ method, path, status }) =>
          `${method} ${path.replace(`/${BUCKET}/${prefix}/`, '')} ${status}`,
      ),
    forgetRequests: async () => void (await control('DELETE', '/requests')),
    close: () => box.close(),
  };
}

/** A world that is closed when the test ends. */
export async function world(options?: WorldOptions): Promise<World> {
  const whole = await openWorld(options);
  onTestFinished(() => whole.close());
  return whole;
}

export function locationOf(text: string): Location {
  const location = parseLocation(text);
  if (typeof location === 'string') throw new Error(location);
  return location;
}

/** A machine on which processes are as `processes` says, or on which all run. */
export function machineOf(
  host: string,
  pid = 4711,
  processes?: Readonly<Record<number, 'running' | 'stopped'>>,
): Machine {
  return {
    host,
    instance: `boot of ${host}`,
    pid,
    uid: undefined,
    look: async (number) => {
      const state = processes === undefined ? 'running' : processes[number];
      return state === undefined ? { state: 'gone' } : { state, start: `start of ${number}` };
    },
  };
}

export function append(
  lock: Lock,
  revision: Revision,
  ...events: readonly RotationEvent[]
): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision);
}

/** Writes a ledger of so many chapters, each appended in two steps. */
export async function writeChapters(
  store: StateStore,
  chapters: number,
  rotation = 'one',
): Promise<Revision> {
  const lock = await store.lock(rotation, 'writer');
  let revision = EMPTY;
  for (let number = 0; number < chapters; number++) {
    revision = await append(lock, revision, opened(rotation));
    revision = await append(lock, revision, started(`label-${number}`));
  }
  await lock.release();
  return revision;
}

/** A fetch that stops before or after its request of that number, from 0, until it is let go. */
export function stopping(fetch: Fetch, at: number, when: 'before' | 'after') {
  let reach = (): void => {};
  let letGo = (): void => {};
  let count = 0;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const free = new Promise<void>((resolve) => (letGo = resolve));
  const stop = async (): Promise<void> => {
    reach();
    await free;
  };
  const stopped: Fetch = async (url, init) => {
    const isHere = count++ === at;
    if (isHere && when === 'before') await stop();
    try {
      return await fetch(url, init);
    } finally {
      if (isHere && when === 'after') await stop();
    }
  };
  return { fetch: stopped, reached, letGo };
}

/** The code and effect of the error that a call rejects with; `done` if it resolves. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return 'done';
  if (!KeyturnError.is(error)) throw error;
  return `${error.code} ${error.effect}`;
}
