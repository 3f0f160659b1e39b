import {
  rotate,
  type RotationReport,
  type RotationRequest,
  type RotationRuntime,
} from '../../src/index.ts';
import { virtualClock } from '../../src/testing/memory/clock.ts';
import {
  memoryIssuer,
  type MemoryIssuer,
  type MemoryIssuerOptions,
} from '../../src/testing/memory/issuer.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import { memorySink, type MemorySink } from '../../src/testing/memory/sink.ts';
import { memoryStore, type MemoryStore } from '../../src/testing/memory/store.ts';
import type { Fault, FaultCall, FaultHook } from '../../src/testing/memory/wire.ts';

export const names = { id: 'TOKEN_ID', token: 'TOKEN' };
const HOUR = 3_600_000;

export interface World {
  readonly issuer: MemoryIssuer;
  readonly sinks: readonly MemorySink[];
  readonly store: MemoryStore;
  readonly clock: ReturnType<typeof virtualClock>;
  /** The token that every sink holds at first. */
  readonly old: string;
  /** Decides about each request from now on. */
  fault: FaultHook;
  /** Every request so far, in order: `issue`, `append started`, … */
  readonly calls: FaultCall[];
  run(
    changes?: Partial<RotationRequest>,
    signal?: AbortSignal,
    machine?: Partial<RotationRuntime>,
  ): Promise<RotationReport>;
  /** The token that a job gets from each sink; undefined where what it reads does not work. */
  jobs(): (string | undefined)[];
  /** Tokens of the issuer that work, without the stranger's. */
  live(): string[];
}

export function makeWorld(
  sinkIds: readonly string[] = ['memory:a', 'memory:b'],
  readBack: 'value' | 'stamp' | 'none' = 'stamp',
  kind: Partial<MemoryIssuerOptions> = {},
  stampsLater = false,
): World {
  const clock = virtualClock();
  const random = seededRandom(7);
  const calls: FaultCall[] = [];
  const faults: FaultHook = (call): Fault | Promise<Fault> => {
    calls.push(call);
    return world.fault(call);
  };
  const issuer = memoryIssuer({ clock, faults, ...kind });
  const stranger = issuer.seed({ label: 'stranger' });
  const old = issuer.seed({
    label: 'by-hand',
    permissions: ['read_organization', 'shop/read_branch'],
    issuedAt: new Date(clock.now() - 100 * 24 * HOUR).toISOString(),
  });
  const sinks = sinkIds.map((id) =>
    memorySink({ id, clock, faults, stampsLater, supports: { readBack, atomic: false } }),
  );
  for (const sink of sinks) {
    sink.write(names.id, old.id);
    sink.write(names.token, old.secret);
  }
  const store = memoryStore({ clock, faults, trusted: false });
  const world: World = {
    issuer,
    sinks,
    store,
    clock,
    old: old.id,
    fault: () => 'ok',
    calls,
    run: (changes = {}, signal = new AbortController().signal, machine = {}) =>
      rotate(
        {
          name: 'ci',
          issuer,
          sinks,
          layout: { kind: 'pair', names },
          policy: { maxAge: 90 * 24 * HOUR, grace: 0, settle: 120_000 },
          permissions: 'copy',
          named: [old.id],
          ...changes,
        },
        { store, random, signal, clock, owner: 'test', ...machine },
      ),
    jobs: () =>
      sinks.map((sink) => {
        const token = issuer.use(sink.values.get(names.token) ?? '');
        return token !== undefined && token.id === sink.values.get(names.id) ? token.id : undefined;
      }),
    live: () =>
      issuer.tokens
        .filter(({ revokedAt, id }) => revokedAt === undefined && id !== stranger.id)
        .map(({ id }) => id),
  };
  return world;
}

/** A machine on which no time passes: after an interrupt, nothing but the run itself ends what it does. */
export function standing({ clock }: World): Pick<RotationRuntime, 'clock'> {
  return { clock: virtualClock(clock.now(), { auto: false }) };
}

/** Lets the nth request of a method go wrong, and all others well. */
export function once(method: string, fault: Fault, nth = 1): FaultHook {
  let seen = 0;
  return (call) => (call.method === method && ++seen === nth ? fault : 'ok');
}
