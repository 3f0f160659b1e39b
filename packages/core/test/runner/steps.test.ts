import { describe, expect, it } from 'vitest';

import { adopt, forget, KeyturnError } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, names, once, type World } from './world.ts';

const HOUR = 3_600_000;
const SETTLE = 120_000;
const refusal = new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' });
const methods = (world: World): string[] => world.calls.map(({ method }) => method);
const eventsOf = (world: World): RotationEvent[] =>
  world.store.records('ci').map(({ event }) => event);

describe('a delivery', () => {
  it('that was refused is not looked for', async () => {
    const world = makeWorld(['memory:a'], 'value');
    world.fault = once('deliver', { fail: 'before', error: refusal });
    expect((await world.run({ replaces: world.old })).outcome).toBe('incomplete');
    expect(
      world.calls.filter(({ adapter, method }) => adapter === 'memory:a' && method === 'confirm'),
    ).toEqual([]);
    expect(methods(world).filter((method) => method === 'deliver')).toHaveLength(1);
  });

  it.each([
    [3, 'NETWORK_FAILED', 'unknown'],
    [1, 'REMOTE_REJECTED', 'unknown'],
    [1, 'NETWORK_FAILED', 'none'],
  ] as const)('is tried %d times after %s with the effect %s', async (tries, code, effect) => {
    const world = makeWorld(['memory:a']);
    const error = new KeyturnError(code, 'no', { effect });
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before', error } : 'ok');
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code } });
    const sent = eventsOf(world).filter(({ type }) => type === 'sending');
    expect(sent).toHaveLength(tries);
  });

  it('is not tried again after an interrupt', async () => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method !== 'deliver') return 'ok';
      interrupt.abort();
      return { fail: 'after' };
    };
    await world.run({ replaces: world.old }, interrupt.signal);
    expect(methods(world).filter((method) => method === 'deliver')).toHaveLength(1);
  });

  it('whose look fails is sent again', async () => {
    const world = makeWorld(['memory:a'], 'value');
    const lost = once('deliver', { fail: 'after' }, 2);
    world.fault = (call) =>
      call.method === 'confirm' && call.adapter === 'memory:a' ? { fail: 'before' } : lost(call);
    expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'rotated' });
    expect(methods(world).filter((method) => method === 'deliver')).toHaveLength(4);
  });

  it('that did not arrive is sent again, though the sink shows its values', async () => {
    const world = makeWorld(['memory:a'], 'value');
    world.fault = once('deliver', { late: Infinity });
    expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'rotated' });
    expect(methods(world).filter((method) => method === 'deliver')).toHaveLength(3);
    expect(world.jobs()).toEqual(world.live());
  });

  it('tells its place once', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ permissions: ['shop/read_branch'] });
    await world.run({ force: true });
    const places = eventsOf(world).flatMap((event) =>
      event.type === 'sending' ? [event.place?.target] : [],
    );
    expect(places).toEqual(['memory:a', undefined]);
  });

  it('shows who watches which sink failed, and why', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = once('deliver', { fail: 'before', error: refusal });
    const { sinks } = await world.run({ replaces: world.old });
    expect(sinks).toEqual([{ id: 'memory:a', status: 'failed', error: refusal }]);
  });
});

describe('a grant', () => {
  it('of nothing is not asked for', async () => {
    const world = makeWorld(['memory:a']);
    expect(await world.run({ permissions: [] })).toMatchObject({ outcome: 'rotated' });
    expect(methods(world)).not.toContain('grant');
    expect(eventsOf(world)).toContainEqual(
      expect.objectContaining({ type: 'granted', permissions: [] }),
    );
  });
});

describe('a look-up', () => {
  it('that finds nothing records nothing before the settle time, and then that', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = once('issue', { late: Infinity });
    const policy = { maxAge: 1e12, grace: HOUR, settle: SETTLE };
    await world.run({ replaces: world.old, policy });
    const absent = (): number => eventsOf(world).filter(({ type }) => type === 'absent').length;
    expect(absent()).toBe(0);
    await world.clock.advance(SETTLE);
    await world.run({ policy });
    expect(absent()).toBe(1);
    const appends = world.calls.filter(({ method }) => method === 'append');
    expect(appends.filter(({ about }) => about === 'ci: ')).toEqual([]);
  });
});

describe('a revocation', () => {
  it('of a young token that is not seen is tried again after a wait, if the run may wait', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = once('verify', {
      fail: 'before',
      error: new KeyturnError('VERIFY_FAILED', 'no', { effect: 'none' }),
    });
    const revoke = world.issuer.revoke.bind(world.issuer);
    let asked = 0;
    const issuer = {
      ...world.issuer,
      revoke: async (...args: Parameters<typeof revoke>) =>
        ++asked === 1 ? ('gone' as const) : revoke(...args),
    };
    const policy = { maxAge: 1e12, grace: HOUR, settle: SETTLE };
    const started = world.clock.now();
    const waits: unknown[] = [];
    const report = await world.run({ replaces: world.old, issuer, policy, wait: true }, undefined, {
      observe: (seen) => {
        if (seen.type === 'step' && seen.step.type === 'wait') waits.push(seen.step);
      },
    });
    const until = started + SETTLE;
    expect(waits).toEqual([{ type: 'wait', until, for: 'settle' }]);
    expect(report).toMatchObject({ outcome: 'failed', revoked: [expect.any(String)], kept: [] });
    expect(world.clock.now() - started).toBe(SETTLE);
    expect(world.live()).toEqual([world.old]);
  });

  it('of an old token that is not there is done', async () => {
    const world = makeWorld(['memory:a']);
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    if (old !== undefined) old.revokedAt = '2026-01-01T00:00:00.000Z';
    await adoptOld(world);
    const started = world.clock.now();
    const report = await world.run({ permissions: [], force: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(world.clock.now()).toBe(started);
  });
});

async function adoptOld(world: World, name = 'ci'): Promise<void> {
  const { store, clock, old, sinks } = world;
  const token = {
    id: old,
    label: 'by-hand',
    issuedAt: new Date(clock.now() - 100 * 24 * HOUR).toISOString(),
    permissions: [],
  };
  await adopt({ name, token, sinks: sinks.map(({ id }) => id) }, { store, clock, owner: 'test' });
}

describe('a look at the use of a token', () => {
  it('that fails is the error of the run', async () => {
    const world = makeWorld(['memory:a']);
    const policy = {
      maxAge: 1e12,
      grace: HOUR,
      quiet: { for: HOUR, atMost: 24 * HOUR },
      settle: SETTLE,
    };
    await world.run({ replaces: world.old, policy });
    await world.clock.advance(HOUR);
    world.fault = once('get', { fail: 'before', error: refusal });
    expect(await world.run({ policy })).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'PERMISSION_DENIED' },
    });
  });
});

describe('the token in use', () => {
  it('may be known to another rotation: it is replaced all the same', async () => {
    const world = makeWorld();
    const [a, b] = world.sinks;
    const made = await world.run({ name: 'b', sinks: b ? [b] : [], replaces: world.old });
    const token = { ...made.current, permissions: ['shop/read_branch'] } as const;
    const { store, clock } = world;
    if (token.id === undefined || token.label === undefined || token.issuedAt === undefined)
      throw new Error('a token was made');
    const { id, label, issuedAt, permissions } = token;
    await adopt(
      { name: 'ci', token: { id, label, issuedAt, permissions }, sinks: ['memory:a'] },
      { store, clock, owner: 'test' },
    );
    const report = await world.run({ sinks: a ? [a] : [], force: true, named: [id] });
    expect(report.sinks).toMatchObject([{ status: 'delivered' }]);
    expect(report.kept).toMatchObject([{ id: made.current?.id, reason: 'unrevoked' }]);
    expect(world.jobs()[1]).toBe(made.current?.id);
  });
});

describe('forgetting a sink', () => {
  const forgetting = (world: World, sink: string): ReturnType<typeof forget> =>
    forget('ci', sink, SETTLE, { store: world.store, clock: world.clock, owner: 'test' });

  it('releases no token that is in use, or that another sink holds', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old });
    const tokens = [report.current?.id];
    expect(await forgetting(world, 'memory:a')).toEqual({ tokens, released: [] });
    expect(await forgetting(world, 'memory:b')).toEqual({ tokens, released: [] });
  });

  it('releases no replaced token that another sink holds', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c']);
    await world.run({ replaces: world.old, selected: ['memory:a'] });
    const tokens = [world.old];
    expect(await forgetting(world, 'memory:b')).toEqual({ tokens, released: [] });
    expect(await forgetting(world, 'memory:c')).toEqual({ tokens, released: tokens });
  });

  it('releases no token that is gone', async () => {
    const world = makeWorld();
    const selected = ['memory:a'];
    await world.run({ replaces: world.old, selected, breakGlass: 'revoke-first' });
    expect(await forgetting(world, 'memory:b')).toEqual({ tokens: [world.old], released: [] });
  });

  it('refuses one that is not known, without effect', async () => {
    const world = makeWorld();
    await expect(forgetting(world, 'memory:a')).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      effect: 'none',
      hint: expect.stringContaining(': none.'),
    });
  });

  it('is allowed to the moment when nothing can land any more', async () => {
    const world = makeWorld(['memory:a'], 'none');
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await world.run({ replaces: world.old });
    const last = Date.parse(
      world.store.records('ci').findLast(({ event }) => event.type === 'undelivered')?.at ?? '',
    );
    await world.clock.advance(last + SETTLE - 1 - world.clock.now());
    await expect(forgetting(world, 'memory:a')).rejects.toMatchObject({
      hint: expect.stringContaining(new Date(last + SETTLE).toISOString()),
    });
    await world.clock.advance(1);
    expect((await forgetting(world, 'memory:a')).tokens).toHaveLength(2);
    expect(world.sinks[0]?.values.get(names.id)).toBe(world.old);
  });
});
