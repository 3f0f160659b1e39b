import { KeyturnError, type SinkSupports } from '../../src/index.ts';
import {
  type Fault,
  type FaultCall,
  type IssuerFixture,
  type MemoryIssuer,
  type MemoryIssuerOptions,
  memoryIssuer,
  type MemorySink,
  memorySink,
  type MemoryStore,
  memoryStore,
  type ReceivedRequest,
  type SinkFixture,
  type StoreFixture,
  virtualClock,
} from '../../src/testing/index.ts';

const WRITES = [
  'append',
  'deliver',
  'remove',
  'issue',
  'grant',
  'ungrant',
  'disable',
  'enable',
  'revoke',
];

/** Switches for what a server does from now on, and what it has received. Each request takes a turn of the event loop. */
function switches() {
  let state: 'ok' | 'denied' | 'stalled' | 'losing' = 'ok';
  const requests: ReceivedRequest[] = [];
  const faults = async (call: FaultCall): Promise<Fault> => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    requests.push({
      route: `${call.method} ${call.about}`,
      changes: WRITES.includes(call.method),
    });
    return answer(call);
  };
  const answer = ({ adapter, method }: FaultCall): Fault | Promise<Fault> => {
    if (state === 'stalled') return new Promise(() => {});
    if (state === 'denied') {
      const message = `${adapter}: ${method} was refused`;
      return {
        fail: 'before',
        error: new KeyturnError('AUTH_DENIED', message, { effect: 'none' }),
      };
    }
    if (state !== 'losing' || !WRITES.includes(method)) return 'ok';
    state = 'ok';
    return { fail: 'after' };
  };
  return {
    faults,
    requests: () => requests,
    deny: () => (state = 'denied'),
    stall: () => (state = 'stalled'),
    loseAnswer: () => (state = 'losing'),
    credential: 'memory+credential/of=the&server',
  };
}

export interface MemorySinkFixture extends SinkFixture {
  readonly sink: MemorySink;
}

/** How far the clock that the platform shows is ahead of the one that the sink is given. */
const AHEAD = 2 * 3_600_000 + 845;

export function sinkFixture(
  readBack: SinkSupports['readBack'] = 'value',
  atomic = false,
): MemorySinkFixture {
  const { faults, ...server } = switches();
  const clock = virtualClock();
  const options = {
    clock,
    limits: { maxBytes: 32 * 1024, name: /^[A-Za-z_]\w{0,99}$/ },
    supports: { readBack, atomic },
    platform: { shown: AHEAD },
    stampsLater: readBack === 'stamp',
    server: 'memory://here',
    faults,
  };
  const sink = memorySink(options);
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
    foreignWrite: async (name, value) => {
      await clock.advance(1000);
      sink.write(name, value);
    },
    clock: {
      now: () => clock.now() + AHEAD,
      advance: (milliseconds) => clock.advance(milliseconds),
    },
    elsewhere: () => memorySink({ ...options, id: 'memory:two' }),
  };
}

export interface MemoryIssuerFixture extends IssuerFixture {
  readonly issuer: MemoryIssuer;
}

type Kind = Pick<MemoryIssuerOptions, 'supports' | 'readyAfter' | 'endsAfter'>;

/** Issuers that differ in everything that they may differ in. */
export const issuerKinds = {
  'permissions at creation, ready and gone later': {
    supports: { permissions: 'issue' },
    readyAfter: 4000,
    endsAfter: 9000,
  },
  'no labels, two at most, disabled first': {
    supports: { permissions: 'none', find: 'candidates', most: 2, disable: true },
  },
  'permissions by grant, disabled first, ready later': {
    supports: { disable: true },
    readyAfter: 2000,
  },
} satisfies Readonly<Record<string, Kind>>;

export function issuerFixture(kind: Kind = {}): MemoryIssuerFixture {
  const { faults, ...server } = switches();
  const clock = virtualClock();
  const issuer = memoryIssuer({ clock, faults, ...kind });
  return {
    pass: () => clock.advance(1000),
    ...server,
    issuer,
    permissions: ['shop/read_branch', 'read_organization'],
    unknownId: 'tkn999999',
    ttl: 3_600_000,
    tokens: () => issuer.tokens.filter(({ revokedAt }) => revokedAt === undefined),
    seedMany: (count) => Array.from({ length: count }, () => issuer.seed()),
    elsewhere: () => memoryIssuer({ clock: virtualClock(), account: 'umbrella', faults }),
  };
}

export interface MemoryStoreFixture extends StoreFixture {
  readonly store: MemoryStore;
}

export function storeFixture(): MemoryStoreFixture {
  let fails = false;
  const { faults, requests, stall, loseAnswer } = switches();
  const store = memoryStore({
    faults: (call) => (fails && call.method === 'append' ? { fail: 'before' } : faults(call)),
  });
  return {
    store,
    another: () => store,
    steal: (rotation) => store.steal(rotation),
    tamper: (rotation) => {
      const lines = store.ledgers.get(rotation) ?? [];
      lines[1] = lines[1]?.replace('forced', 'age') ?? '';
    },
    crash: () => copyOf(store),
    stall,
    loseAnswer,
    // To confirm a lock is a look at a map.
    requests: () => requests().filter(({ route }) => !route.startsWith('confirm')).length,
    fail: () => (fails = true),
  };
}

/** Another store on a copy of what is on «disk» now. */
export function copyOf({ ledgers, claims }: MemoryStore): MemoryStore {
  const copy = memoryStore();
  for (const [rotation, lines] of ledgers) copy.ledgers.set(rotation, [...lines]);
  for (const claim of claims) copy.claims.add(claim);
  return copy;
}
