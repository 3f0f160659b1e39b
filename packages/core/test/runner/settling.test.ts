import { describe, expect, it } from 'vitest';

import {
  KeyturnError,
  type Confirmation,
  type Layout,
  type Proof,
  type RotationRequest,
  type SecretSink,
} from '../../src/index.ts';
import { applyRecords } from '../../src/ledger/apply.ts';
import { chain, EMPTY, type RotationEvent, serialise } from '../../src/ledger/index.ts';
import { emptyState, summarise } from '../../src/ledger/state.ts';
import { makeWorld, type World } from './world.ts';

const AT = '2029-01-01T00:00:00.000Z';
const A = 'memory:a';
const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };
const labelOf = (id: string): string => `keyturn-ci-20290101T000000Z-${id.repeat(8).slice(0, 8)}`;
const begun = (id: string): RotationEvent[] => [
  { type: 'started', label: labelOf(id), reason: 'first' },
  { type: 'issued', label: labelOf(id), token: { id, label: labelOf(id), issuedAt: AT } },
  { type: 'granted', token: id, permissions: [] },
  { type: 'verified', token: id },
];
const sent = (token: string, clock?: string): RotationEvent[] => [
  { type: 'sending', token, sink: A, ...(clock !== undefined && { clock }) },
  { type: 'undelivered', token, sink: A, effect: 'unknown', code: 'NETWORK_FAILED' },
];
const opened = {
  type: 'opened',
  rotation: 'ci',
  summary: { tokens: [], sinks: [], attempts: [] },
} as const;

/** `l` was sent, and may have landed beside `t`, which is in use; `more` happened before that was. */
const late = (
  clocks: readonly (string | undefined)[] = [undefined],
  more: readonly RotationEvent[] = [],
): RotationEvent[] => {
  const lost: RotationEvent[] = [
    opened,
    ...begun('l'),
    ...clocks.flatMap((clock) => sent('l', clock)),
    { type: 'lost', label: labelOf('l'), reason: 'INTERRUPTED' },
  ];
  const summary = summarise(applyRecords(emptyState, chain(EMPTY, lost, AT)));
  return [
    ...lost,
    { ...opened, summary },
    ...begun('t'),
    { type: 'sending', token: 't', sink: A },
    { type: 'delivered', token: 't', sink: A, receipt: { at: AT } },
    ...more,
    { type: 'completed', token: 't' },
  ];
};

interface Shown {
  readonly holds?: string;
  readonly confirm?: Confirmation;
  readonly atomic?: boolean;
  readonly layout?: Layout;
  readonly events?: readonly RotationEvent[];
}

/** What is recorded of a sink that shows this, and what it was asked to compare. */
async function settled({ holds, confirm = 'same', atomic = false, layout, events }: Shown) {
  const world = makeWorld([A]);
  const before = chain(EMPTY, events ?? late(), AT).map(serialise);
  world.store.ledgers.set('ci', before);
  const proofs: Proof[] = [];
  const sinks = world.sinks.map((sink): SecretSink => ({
    ...sink,
    supports: { ...sink.supports, atomic },
    holds: async () => (holds === undefined ? undefined : { id: holds, tail: 'tail' }),
    confirm: async (_, proof) => {
      proofs.push(proof);
      return confirm;
    },
  }));
  await world.run({ policy, sinks, ...(layout !== undefined && { layout }) });
  const after = world.store.records('ci').slice(before.length);
  const found = after
    .map(({ event }) => event)
    .find(({ type }) => type === 'settled' || type === 'drifted');
  return { found, proofs };
}

describe('a sink into which something may have landed late', () => {
  const holdsT = { type: 'settled', sink: A, token: 't' };
  const holdsL = { type: 'settled', sink: A, token: 'l' };
  const unknown = { type: 'drifted', sink: A, holds: ['t', 'l'] };
  const joined: Layout = { kind: 'joined', name: 'TOKEN' };

  it.each<[string, Shown, object | undefined, number]>([
    ['one value shows its token', { holds: 'l', layout: joined }, holdsL, 0],
    ['an atomic pair shows its token', { holds: 'l', atomic: true }, holdsL, 0],
    ['a pair may be torn', { holds: 'l' }, unknown, 0],
    ['a pair was not written since', { holds: 't' }, holdsT, 1],
    ['a pair was written since', { holds: 't', confirm: 'different' }, unknown, 1],
    ['a pair cannot be read', { holds: 't', confirm: 'unreadable' }, undefined, 1],
    ['a foreign id proves nothing', { holds: 'x', atomic: true }, holdsT, 1],
    ['a foreign id is drift', { holds: 'x', atomic: true, confirm: 'different' }, unknown, 1],
    ['nothing shown, not written since', {}, holdsT, 1],
    [
      'which of two was delivered is not known',
      {
        events: late([undefined], [{ type: 'drifted', sink: A, holds: ['t', 'l'] }, ...sent('t')]),
      },
      undefined,
      0,
    ],
  ])('%s', async (_, shown, expected, asked) => {
    const { found, proofs } = await settled(shown);
    expect(found).toEqual(expected);
    expect(proofs).toHaveLength(asked);
  });

  it.each<[(string | undefined)[], Proof]>([
    [
      ['2029-01-01T00:00:09.000Z', '2029-01-01T00:00:05.000Z'],
      { receipt: { at: AT }, since: '2029-01-01T00:00:05.000Z' },
    ],
    [
      ['2029-01-01T00:00:05.000Z', '2029-01-01T00:00:09.000Z'],
      { receipt: { at: AT }, since: '2029-01-01T00:00:05.000Z' },
    ],
  ])('is compared since the first of %j', async (clocks, proof) => {
    expect((await settled({ events: late(clocks) })).proofs).toEqual([proof]);
  });

  it('is not compared since a write of the token that was delivered', async () => {
    const early = '2028-12-31T00:00:00.000Z';
    const clock = '2029-01-01T00:00:05.000Z';
    const events = late([clock], sent('t', early));
    const { proofs } = await settled({ events });
    expect(proofs).toEqual([{ receipt: { at: AT }, since: clock }]);
  });
});

/** A run that waits until everything is settled. */
const noGrace = { maxAge: 1e12, grace: 0, settle: 120_000 };
const run = (
  world: World,
  changes: Partial<RotationRequest> = {},
  signal?: AbortSignal,
  concurrency?: number,
) =>
  world.run(
    { replaces: world.old, policy: noGrace, ...changes },
    signal,
    concurrency === undefined ? {} : { concurrency },
  );
const eventsOf = (world: World): RotationEvent[] =>
  world.store.records('ci').map(({ event }) => event);
const settledAt = (world: World): RotationEvent[] =>
  eventsOf(world).filter(({ type }) => type === 'settled' || type === 'drifted');
/** A token was sent to the sink just now, and may land there. */
async function losing(world: World): Promise<void> {
  await run(world, { policy });
  world.fault = ({ method, adapter }) =>
    method === 'deliver' && adapter === A ? { late: Infinity } : 'ok';
  await run(world, { policy, force: true });
  world.fault = () => 'ok';
  world.calls.length = 0;
}
const deliveries = (world: World, sink = A): number =>
  world.calls.filter(({ method, adapter }) => method === 'deliver' && adapter === sink).length;

describe('with the new token in hand', () => {
  it.each<[Confirmation, string]>([
    ['same', 'settled'],
    ['different', 'drifted'],
  ])('a sink that shows its id is compared with all of it: %s', async (answer, type) => {
    const world = makeWorld([A], 'value');
    await losing(world);
    const whole: boolean[] = [];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      confirm: async (expected) => {
        whole.push(expected.every((entry) => 'value' in entry));
        return answer;
      },
    }));
    await run(world, { sinks, force: true });
    expect(whole[0]).toBe(true);
    expect(settledAt(world)[0]).toMatchObject({ type });
  });

  it('a sink that shows another token is not compared with it', async () => {
    const world = makeWorld([A], 'value');
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      supports: { ...sink.supports, atomic: true },
      holds: async () => ({ id: world.old, tail: 'tail' }),
    }));
    await losing(world);
    const { previous } = await run(world, { sinks, force: true });
    const other = previous?.id ?? '';
    expect(settledAt(world)).not.toContainEqual({ type: 'settled', sink: A, token: other });
  });

  it('a sink that shows another token, which it was sent before, is known to hold that', async () => {
    const world = makeWorld([A], 'value');
    await losing(world);
    const lost = world.issuer.tokens.at(-1)?.id ?? '';
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      supports: { ...sink.supports, atomic: true },
      holds: async () => ({ id: lost, tail: 'tail' }),
      confirm: async () => 'different',
    }));
    await run(world, { sinks, force: true });
    expect(settledAt(world)[0]).toEqual({ type: 'settled', sink: A, token: lost });
  });

  it('a sink that shows nothing is written again, if the new token is in use', async () => {
    const world = makeWorld([A, 'memory:b'], 'none');
    await losing(world);
    const error = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter !== A ? { fail: 'before', error } : 'ok';
    await run(world, { force: true });
    expect(deliveries(world)).toBe(2);
    world.fault = () => 'ok';
    await run(world, { force: true });
    expect(deliveries(world)).toBe(4);
  });

  it('a sink that shows nothing is written twice, and told if it refuses that', async () => {
    for (const isRefused of [false, true]) {
      const world = makeWorld([A], 'none');
      await losing(world);
      const error = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
      world.fault = ({ method }) =>
        method === 'deliver' && isRefused && deliveries(world) > 2
          ? { fail: 'before', error }
          : 'ok';
      const report = await run(world, { force: true });
      expect(deliveries(world)).toBe(isRefused ? 3 : 4);
      expect(report.sinks).toMatchObject([
        isRefused ? { id: A, status: 'failed', error } : { id: A, status: 'delivered' },
      ]);
    }
  });
});

describe('with no token in hand, and none in use', () => {
  it('a sink that shows nothing is not written', async () => {
    const world = makeWorld([A], 'none');
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await world.run({ permissions: [], policy });
    await world.run({ permissions: [], policy, abort: true });
    await world.clock.advance(200_000);
    world.calls.length = 0;
    const error = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
    world.fault = ({ method, adapter }) =>
      method === 'check' && adapter === A ? { fail: 'before', error } : 'ok';
    const steps: string[] = [];
    const report = await world.run({ permissions: [], policy }, undefined, {
      observe: (seen) => {
        if (seen.type === 'step') steps.push(seen.step.type);
      },
    });
    expect(steps).toContain('settle');
    expect(report).toMatchObject({ outcome: 'failed', error: { message: 'no' } });
    expect(deliveries(world)).toBe(0);
  });
});

describe('sinks that are looked at after their late writes', () => {
  async function both(readBack: 'stamp' | 'value' = 'stamp'): Promise<World> {
    const world = makeWorld([A, 'memory:b'], readBack);
    await run(world, { policy });
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await run(world, { policy, force: true });
    world.fault = () => 'ok';
    await run(world, { policy, force: true });
    await world.clock.advance(200_000);
    world.calls.length = 0;
    return world;
  }
  const looks = (world: World): string[] =>
    world.calls
      .filter(({ method, adapter }) => method === 'confirm' && adapter !== 'memory')
      .map(({ adapter }) => adapter);

  it('are told of if that fails', async () => {
    const world = await both();
    world.fault = ({ method, adapter }) =>
      method === 'confirm' && adapter === A ? { fail: 'before' } : 'ok';
    const report = await run(world, { policy });
    expect(report).toMatchObject({ error: { code: 'NETWORK_FAILED' } });
    expect(report.sinks).toMatchObject([{ id: A, status: 'failed' }, { id: 'memory:b' }]);
    expect(looks(world)).toEqual([A, 'memory:b']);
  });

  it('are looked at one after the other, and not after an interrupt', async () => {
    const world = await both();
    const interrupt = new AbortController();
    let underWay = 0;
    let most = 0;
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      confirm: async (...args) => {
        most = Math.max(most, ++underWay);
        return sink.confirm(...args).finally(() => underWay--);
      },
    }));
    world.fault = ({ method, adapter }) => {
      if (method === 'confirm' && adapter === A) interrupt.abort();
      return 'ok';
    };
    await run(world, { policy, sinks }, interrupt.signal, 1);
    expect(looks(world)).toEqual([A]);
    world.fault = () => 'ok';
    const other = await both();
    most = 0;
    const counting = other.sinks.map((sink): SecretSink => ({
      ...sink,
      confirm: async (...args) => {
        most = Math.max(most, ++underWay);
        return sink.confirm(...args).finally(() => underWay--);
      },
    }));
    await run(other, { policy, sinks: counting }, undefined, 1);
    expect(looks(other)).toEqual([A, 'memory:b']);
    expect(most).toBe(1);
  });
});
