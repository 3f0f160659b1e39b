import { empty, json } from '../http/answer.ts';
import { isObject, parseBody } from '../http/call.ts';
import type { Traffic } from '../http/pipeline.ts';
import type { Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { adminBody, type AdminChange } from './admin.ts';
import { adjust, clocksBody, settingsOf, type AllClocks } from './clocks.ts';
import { amount, faultsBody, invalid, objectBody } from './input.ts';
import { jobBody, type Job, type JobResult } from './job.ts';

/** What the control API works on. */
export interface Controlled {
  readonly traffic: Traffic;
  readonly clocks: AllClocks;
  /** The line that `keyturn sandbox --json` prints. */
  readonly describe: () => unknown;
  readonly state: () => World;
  /** Replaces the world. @throws {TypeError} for one that cannot be opened */
  readonly seed: (world: World) => Promise<void>;
  readonly reset: () => Promise<void>;
  /** Undefined for a place that does not exist. */
  readonly job: (job: Job) => Promise<JobResult | undefined>;
  /** Undefined for a place that does not exist. @throws {TypeError} for a change that makes no sense */
  readonly change: (change: AdminChange) => object | undefined;
}

export const controlRoutes: readonly Route<Controlled>[] = [
  { method: 'GET', path: '/', handler: (_, { describe }) => json(200, describe()) },
  { method: 'GET', path: '/state', handler: (_, { state }) => json(200, state()) },
  {
    method: 'POST',
    path: '/seed',
    async handler(call, { seed }) {
      const world = parseBody(call);
      if (!isObject(world))
        return invalid('the body must be a world: an object as GET /state shows');
      try {
        await seed(world);
      } catch (error) {
        return invalid(`this world cannot be opened: ${String(error)}`);
      }
      return empty();
    },
  },
  {
    method: 'POST',
    path: '/reset',
    async handler(_, { reset }) {
      await reset();
      return empty();
    },
  },

  {
    method: 'GET',
    path: '/requests',
    handler: (_, { traffic }) => json(200, traffic.log.list()),
  },
  {
    method: 'DELETE',
    path: '/requests',
    handler(_, { traffic }) {
      traffic.log.clear();
      return empty();
    },
  },

  { method: 'GET', path: '/faults', handler: (_, { traffic }) => json(200, traffic.faults.list()) },
  {
    method: 'POST',
    path: '/faults',
    handler(call, { traffic }) {
      traffic.faults.add(faultsBody(call));
      return json(200, traffic.faults.list());
    },
  },
  {
    method: 'DELETE',
    path: '/faults',
    handler(_, { traffic }) {
      traffic.faults.clear();
      return empty();
    },
  },

  {
    method: 'PUT',
    path: '/latency',
    handler(call, { traffic }) {
      const { ms, jitterMs } = objectBody(call, ['ms', 'jitterMs']);
      traffic.latency.ms = amount(ms, 'ms');
      traffic.latency.jitterMs = amount(jitterMs, 'jitterMs');
      return json(200, traffic.latency);
    },
  },

  { method: 'GET', path: '/clocks', handler: (_, { clocks }) => json(200, settingsOf(clocks)) },
  {
    method: 'PUT',
    path: '/clocks',
    handler(call, { clocks }) {
      adjust(clocks, clocksBody(call, clocks));
      return json(200, settingsOf(clocks));
    },
  },

  {
    method: 'POST',
    path: '/admin',
    handler(call, { change }) {
      const changes: object[] = [];
      for (const one of adminBody(call)) {
        const result = attempt(one, change);
        if (result === undefined)
          return json(404, { message: `there is nothing to ${one.op} at ${one.provider}` });
        changes.push(result);
      }
      return json(200, { changes });
    },
  },

  {
    method: 'POST',
    path: '/ci-job',
    async handler(call, { job }) {
      const result = await job(jobBody(call));
      return result === undefined
        ? json(404, { message: 'no such place, or no jobs run there' })
        : json(200, result);
    },
  },
];

function attempt(one: AdminChange, change: Controlled['change']): object | undefined {
  try {
    return change(one);
  } catch (error) {
    if (error instanceof TypeError) return invalid(error.message);
    throw error;
  }
}
