import { KeyturnError, type SinkSupports } from '../../src/index.ts';
import {
  type Fault,
  type FaultCall,
  type IssuerFixture,
  type MemoryIssuer,
  memoryIssuer,
  type MemorySink,
  memorySink,
  type MemoryStore,
  memoryStore,
  type SinkFixture,
  type StoreFixture,
  virtualClock,
} from '../../src/testing/index.ts';

/** Switches for what a server does from now on. */
function switches(writes: readonly string[]) {
  let state: 'ok' | 'denied' | 'stalled' | 'losing' = 'ok';
  const faults = ({ adapter, method }: FaultCall): Fault | Promise<Fault> => {
    if (state === 'stalled') return new Promise(() => {});
    if (state === 'denied') {
      const message = `${adapter}: ${method} was refused`;
      return {
        fail: 'before',
        error: new KeyturnError('AUTH_DENIED', message, { effect: 'none' }),
      };
    }
    if (state !== 'losing' || !writes.includes(method)) return 'ok';
    state = 'ok';
    return { fail: 'after' };
  };
  return {
    faults,
    deny: () => (state = 'denied'),
    stall: () => (state = 'stalled'),
    loseAnswer: () => (state = 'losing'),
    credential: 'memory+credential/of=the&server',
  };
}

export interface MemorySinkFixture extends SinkFixture {
  readonly sink: MemorySink;
}

export function sinkFixture(readBack: SinkSupports['readBack'] = 'value'): MemorySinkFixture {
  const { faults, ...server } = switches(['deliver']);
  const limits = { maxBytes: 32 * 1024, name: /^[A-Za-z_]\w{0,99}$/ };
  const supports = { readBack };
  const sink = memorySink({ clock: virtualClock(), limits, supports, faults });
  const names = ['TOKEN_ID', 'TOKEN'] as const;
  const isOurs = (name: string): boolean => names.some((own) => own === name);
  sink.write('NEIGHBOUR', 'stays', { visibility: 'all' });
  return {
    ...server,
    sink,
    names,
    stored: (name) => sink.values.get(name),
    neighbours: () => [...sink.entries].filter(([name]) => !isOurs(name)),
    metadata: () => names.map((name) => [name, sink.entries.get(name)?.settings]),
    decorate: () => {
      for (const name of names)
        sink.write(name, sink.values.get(name) ?? '', { visibility: 'selected', to: [1, 2] });
    },
    foreignWrite: (name, value) => sink.write(name, value),
  };
}

export interface MemoryIssuerFixture extends IssuerFixture {
  readonly issuer: MemoryIssuer;
}

export function issuerFixture(): MemoryIssuerFixture {
  const { faults, ...server } = switches(['issue']);
  const issuer = memoryIssuer({ clock: virtualClock(), faults });
  return {
    ...server,
    issuer,
    permissions: ['shop/read_branch', 'read_organization'],
    unknownId: 'tkn999999',
    ttl: 3600,
    tokens: () => issuer.tokens.filter(({ revokedAt }) => revokedAt === undefined),
    seedMany: (count) => Array.from({ length: count }, () => issuer.seed()),
  };
}

export interface MemoryStoreFixture extends StoreFixture {
  readonly store: MemoryStore;
}

export function storeFixture(): MemoryStoreFixture {
  const store = memoryStore();
  return {
    store,
    another: () => store,
    steal: (rotation) => store.steal(rotation),
    tamper: (rotation) => {
      const lines = store.ledgers.get(rotation) ?? [];
      lines[1] = lines[1]?.replace('forced', 'age') ?? '';
    },
  };
}
