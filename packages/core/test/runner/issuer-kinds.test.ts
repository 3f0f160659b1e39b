import { describe, expect, it } from 'vitest';

import { adopt, deployed, enable, KeyturnError, type RotationRequest } from '../../src/index.ts';
import { readState } from '../../src/ledger/read-state.ts';
import type { MemoryIssuerOptions } from '../../src/testing/memory/issuer.ts';
import type { Fault } from '../../src/testing/memory/wire.ts';
import { makeWorld, once, standing, type World } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const policy = { maxAge: 90 * DAY, grace: HOUR, settle: 120_000, pause: DAY };
const noWait = { maxAge: 90 * DAY, grace: 0, settle: 120_000 };

function worldOf(issuer: Partial<MemoryIssuerOptions>): World {
  return makeWorld(['memory:a', 'memory:b'], 'stamp', issuer);
}

/** No ledger alone says which tokens without a label are this rotation's. */
function trusting(world: World): World['run'] {
  const store = Object.defineProperty(Object.create(world.store) as World['store'], 'trusted', {
    value: true,
  });
  return (changes, signal, machine) => world.run(changes, signal, { store, ...machine });
}

describe('an issuer that gives permissions at creation', () => {
  const kind = { supports: { permissions: 'issue' } } as const;

  it('creates a token with those of the old one, and is asked for no grant', async () => {
    const world = worldOf(kind);
    const { outcome, current } = await world.run({ replaces: world.old, policy: noWait });
    expect(outcome).toBe('rotated');
    const made = world.issuer.tokens.find(({ id }) => id === current?.id);
    expect(made?.permissions).toEqual(['read_organization', 'shop/read_branch']);
    expect(world.calls.filter(({ method }) => method === 'grant')).toEqual([]);
    expect(world.jobs()).toEqual([current?.id, current?.id]);
  });

  it('ends a token that got others than it was asked for', async () => {
    const world = worldOf(kind);
    const { issuer } = world;
    const narrow: RotationRequest['issuer'] = Object.assign(Object.create(issuer), {
      issue: (request: Parameters<typeof issuer.issue>[0], o: never) =>
        issuer.issue({ ...request, permissions: ['read_organization'] }, o),
    });
    const report = await world.run({ replaces: world.old, issuer: narrow, policy: noWait });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'VERIFY_FAILED' } });
    expect(world.live()).toEqual([world.old]);
  });
});

describe('an issuer without labels', () => {
  const kind = { supports: { permissions: 'none', find: 'candidates' } } as const;

  it('finds the token of a lost answer as the one that is new, and ends it', async () => {
    const world = worldOf(kind);
    world.fault = once('issue', { fail: 'after' });
    await trusting(world)({ replaces: world.old, policy: noWait });
    world.fault = () => 'ok';
    await world.clock.advance(HOUR);
    const { current } = await trusting(world)({ replaces: world.old, policy: noWait });
    expect(world.live()).toEqual([current?.id]);
  });

  it('ends none of several that are new, and says which', async () => {
    const world = worldOf(kind);
    world.fault = (call) => {
      if (call.method !== 'issue') return 'ok';
      world.issuer.seed();
      world.fault = () => 'ok';
      return { fail: 'after' };
    };
    const before = world.live();
    const report = await trusting(world)({ replaces: world.old, policy: noWait });
    const others = world.live().filter((id) => !before.includes(id));
    expect(others).toHaveLength(report.current === undefined ? 2 : 3);
    expect(report.pending).toHaveLength(1);
    const { outcome, pending, revoked } = await trusting(world)({ policy: noWait });
    expect({ outcome, revoked, pending: pending.length }).toEqual({
      outcome: 'incomplete',
      revoked: [],
      pending: 1,
    });
    for (const id of others) expect(world.live()).toContain(id);
  });

  it('ends the token that it made itself, since this machine remembers it', async () => {
    const world = worldOf(kind);
    const named = [world.old];
    const noteIssued = async (id: string): Promise<void> => void named.push(id);
    await world.run({ replaces: world.old, policy: noWait }, undefined, { noteIssued });
    const { current } = await world.run({ policy: noWait, force: true, named });
    expect(world.live()).toEqual([current?.id]);
  });

  /** A request for a token came to nothing, and nobody knows yet. */
  async function unanswered(): Promise<World> {
    const world = worldOf(kind);
    await trusting(world)({ replaces: world.old, policy: noWait });
    world.fault = (call) => {
      if (call.method === 'issue') return { late: Infinity };
      return call.method === 'find' ? { fail: 'before' } : 'ok';
    };
    const { pending } = await trusting(world)({ policy: noWait, force: true });
    expect(pending).not.toEqual([]);
    world.fault = () => 'ok';
    return world;
  }

  it('leaves a token alone that somebody made hours after the request', async () => {
    const world = await unanswered();
    await world.clock.advance(6 * HOUR);
    const { id } = world.issuer.seed();
    await trusting(world)({ policy: noWait });
    expect(world.live()).toContain(id);
    expect(await trusting(world)({ policy: noWait })).toMatchObject({ outcome: 'current' });
  });

  it('leaves a token alone that was used later: whoever had the secret of a lost answer is gone', async () => {
    const world = await unanswered();
    const { id, secret } = world.issuer.seed();
    await world.clock.advance(6 * HOUR);
    world.issuer.use(secret);
    await trusting(world)({ policy: noWait });
    await world.clock.advance(HOUR);
    await trusting(world)({ policy: noWait });
    expect(world.live()).toContain(id);
  });

  it('ends a token that the process whose answer was lost may have tried itself', async () => {
    const world = await unanswered();
    const { id, secret } = world.issuer.seed();
    world.issuer.use(secret);
    await world.clock.advance(6 * HOUR);
    await trusting(world)({ policy: noWait });
    expect(world.live()).not.toContain(id);
  });

  it('leaves a token alone that another rotation has made', async () => {
    const world = await unanswered();
    const [a, b] = world.sinks;
    if (a === undefined || b === undefined) throw new Error('there are two sinks');
    const names = { id: 'OTHER_ID', token: 'OTHER' };
    const layout = { kind: 'pair', names } as const;
    const other = { name: 'other', sinks: [b], layout, policy: noWait } as const;
    const { current } = await trusting(world)({ ...other, named: [] });
    await trusting(world)({ sinks: [a], policy: noWait });
    await world.clock.advance(HOUR);
    await trusting(world)({ sinks: [a], policy: noWait });
    expect(current?.id).toBeDefined();
    expect(world.live()).toContain(current?.id);
  });

  it('ends nothing that only a ledger of others names', async () => {
    const world = worldOf(kind);
    world.fault = once('issue', { fail: 'after' });
    await world.run({ replaces: world.old, policy: noWait });
    world.fault = () => 'ok';
    const { kept } = await world.run({ policy: noWait, replaces: world.old });
    expect(kept.map(({ reason }) => reason)).toContain('unnamed');
  });

  it('ends it once the user names it, and finds nothing wrong when it is named again', async () => {
    const world = worldOf({ supports: { ...kind.supports, most: 3 } });
    world.fault = (call) => {
      if (call.method !== 'issue') return 'ok';
      world.fault = () => ({ fail: 'before' });
      return { fail: 'after' };
    };
    await world.run({ replaces: world.old, policy: noWait });
    world.fault = () => 'ok';
    const { kept } = await world.run({ policy: noWait, replaces: world.old });
    const [lost = ''] = kept.filter(({ reason }) => reason === 'unnamed').map(({ id }) => id);
    const named = [world.old];
    const noteIssued = async (id: string): Promise<void> => void named.push(id);
    const request = { policy: noWait, replaces: lost, named };
    const first = await world.run({ ...request, force: true }, undefined, { noteIssued });
    expect(first).toMatchObject({ outcome: 'rotated' });
    expect(first.revoked).toContain(lost);
    expect(first.error).toBeUndefined();
    const second = await world.run(request);
    expect(second).toMatchObject({ outcome: 'current' });
    expect(second.error).toBeUndefined();
  });
});

describe('an issuer with a limit', () => {
  const kind = { supports: { permissions: 'none', most: 3 } } as const;

  it('is asked for no token if there is no room', async () => {
    const world = worldOf(kind);
    world.issuer.seed();
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'LIMIT_REACHED' } });
    expect(world.calls.filter(({ method }) => method === 'issue')).toEqual([]);
  });

  it('is asked again only after the token of a lost answer has made room', async () => {
    const world = worldOf(kind);
    world.fault = once('issue', { fail: 'after' });
    const { outcome, current } = await world.run({ replaces: world.old, policy: noWait });
    expect(outcome).toBe('rotated');
    expect(world.live()).toEqual([current?.id]);
  });

  it('has room again once the replaced token is over its grace', async () => {
    const world = worldOf(kind);
    await world.run({ replaces: world.old, policy });
    const full = await world.run({ policy, force: true });
    expect(full).toMatchObject({ outcome: 'failed', error: { code: 'LIMIT_REACHED' } });
    await world.clock.advance(HOUR);
    const { outcome, revoked } = await world.run({ policy, force: true });
    expect({ outcome, revoked }).toEqual({ outcome: 'grace', revoked: [world.old] });
  });
});

describe('an account with room for two tokens, and two rotations', () => {
  const kind = { supports: { permissions: 'none', most: 2 } } as const;
  const names = { id: 'OTHER_ID', token: 'OTHER' };

  async function another(world: World): Promise<Partial<RotationRequest>> {
    const [stranger] = world.issuer.tokens;
    await world.issuer.revoke(stranger?.id ?? '', { signal: new AbortController().signal });
    return { name: 'other', layout: { kind: 'pair', names }, policy: noWait };
  }

  it('gives the second rotation none: neither could replace its own any more', async () => {
    const world = worldOf(kind);
    const other = await another(world);
    const { current } = await world.run({ replaces: world.old, policy: noWait });
    const report = await world.run(other);
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'LIMIT_REACHED' } });
    expect(report.error?.message).toContain('the rotation ci');
    expect(world.live()).toEqual([current?.id]);
    expect((await world.run({ policy: noWait, force: true })).outcome).toBe('rotated');
  });

  it('says so if both have one, and calls neither unused', async () => {
    const world = worldOf(kind);
    const other = await another(world);
    const { issuer } = world;
    const third = Object.assign(Object.create(issuer) as typeof issuer, {
      supports: { ...issuer.supports, most: 3 },
    });
    await world.run({ replaces: world.old, policy: noWait });
    await world.run({ ...other, issuer: third });
    expect(world.live()).toHaveLength(2);
    const { error } = await world.run({ policy: noWait, force: true });
    expect(error?.code).toBe('LIMIT_REACHED');
    expect(error?.message).toContain('the rotation other');
    expect(error?.hint).not.toContain('nobody uses');
  });
});

describe('a run that was killed while it revoked the old token', () => {
  it('leaves a token that is not said to be in its grace', async () => {
    const world = worldOf({});
    const death = new Promise<void>((die) => {
      world.fault = ({ method }) => {
        if (method !== 'revoke') return 'ok';
        die();
        return new Promise<Fault>(() => {});
      };
    });
    await Promise.race([world.run({ replaces: world.old, policy: noWait }), death]);
    world.store.steal('ci');
    world.fault = () => 'ok';
    const { kept } = await world.run({ policy: noWait, dryRun: true });
    expect(kept).toEqual([{ id: world.old, reason: 'ending', sinks: [] }]);
    expect(await world.run({ policy: noWait })).toMatchObject({ revoked: [world.old], kept: [] });
  });
});

describe('an issuer whose only two tokens were both delivered, before a run was stopped', () => {
  const kind = { supports: { permissions: 'none', most: 2 } } as const;
  const call = { signal: new AbortController().signal };

  /** The process dies with so many of a sink's two writes made, and before it notes that. */
  async function stopped(ids: readonly string[], most = 2): Promise<World> {
    const made = makeWorld(ids, 'value', kind);
    const run = made.run.bind(made);
    const sinks = made.sinks.map((sink) =>
      Object.assign(Object.create(sink) as typeof sink, {
        supports: { ...sink.supports, atomic: true },
      }),
    );
    const world = Object.assign(made, {
      run: (changes?: Partial<RotationRequest>) => run({ sinks, ...changes }),
    });
    const [stranger] = world.issuer.tokens;
    await world.issuer.revoke(stranger?.id ?? '', call);
    let writes = 0;
    const death = new Promise<void>((die) => {
      world.fault = ({ method }) => {
        if (method === 'deliver') writes++;
        if (writes < most || (method === 'deliver' ? writes <= most : writes === 0)) return 'ok';
        die();
        return new Promise<Fault>(() => {});
      };
    });
    const first = world.run({ replaces: world.old, policy: noWait, selected: ['memory:a'] });
    await Promise.race([first, death]);
    world.store.steal('ci');
    world.fault = () => 'ok';
    return world;
  }

  it('looks at what sinks have first, and has room again if that is the old one', async () => {
    const world = await stopped(['memory:a'], 0);
    const { outcome, current } = await world.run({ policy: noWait });
    expect(outcome).toBe('rotated');
    expect(world.live()).toEqual([current?.id]);
    expect(world.jobs()).toEqual([current?.id]);
  });

  it('ends neither if jobs may use both, and says where', async () => {
    const world = await stopped(['memory:a', 'memory:b']);
    await world.clock.advance(DAY);
    const [, lost = ''] = world.live();
    const report = await world.run({ policy: noWait });
    expect(report).toMatchObject({ revoked: [], error: { code: 'LIMIT_REACHED' } });
    expect(report.error?.message).toContain(`${world.old} (memory:b)`);
    expect(report.error?.message).toContain(`${lost} (memory:a)`);
    expect(world.jobs()).toEqual([lost, world.old]);
  });

  it.each([
    ['the one that no sink has any more', ['memory:a'], 0],
    ['one of them', ['memory:a', 'memory:b'], 1],
  ])('goes on after the user has ended %s', async (_, sinks, which) => {
    const world = await stopped(sinks);
    const report = await world.run({ policy: noWait });
    const ended = world.live()[which] ?? '';
    expect(report.error?.message).toContain(`${ended} (${which === 0 ? 'no sink' : 'memory:a'})`);
    await world.issuer.revoke(ended, call);
    const { outcome, current } = await world.run({ policy: noWait });
    expect(outcome).toBe('rotated');
    expect(world.live()).toEqual([current?.id]);
    expect(world.jobs()).toEqual(sinks.map(() => current?.id));
  });

  it('ends both and makes another if the user accepts that outage', async () => {
    const world = await stopped(['memory:a', 'memory:b']);
    const { current } = await world.run({ policy: noWait, breakGlass: 'revoke-first' });
    expect(world.live()).toEqual([current?.id]);
    expect(world.jobs()).toEqual([current?.id, current?.id]);
  });
});

describe('an issuer whose tokens can be disabled', () => {
  const kind = { supports: { disable: true } } as const;
  const disabled = ({ issuer }: World): string[] =>
    issuer.tokens.filter((one) => one.disabled === true).map(({ id }) => id);

  async function replaced(): Promise<World> {
    const world = worldOf(kind);
    await world.run({ replaces: world.old, policy });
    await world.clock.advance(HOUR);
    return world;
  }

  it('disables the replaced token after its grace, and ends it after a pause', async () => {
    const world = await replaced();
    expect(await world.run({ policy })).toMatchObject({
      outcome: 'grace',
      kept: [{ id: world.old, reason: 'disabled' }],
      graceUntil: new Date(world.clock.now() + DAY).toISOString(),
    });
    expect(disabled(world)).toEqual([world.old]);
    await world.clock.advance(DAY);
    expect(await world.run({ policy })).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('takes it back, and begins its grace again', async () => {
    const world = await replaced();
    await world.run({ policy });
    const { store, issuer, clock } = world;
    const runtime = { store, clock, owner: 'me', signal: new AbortController().signal };
    const request = { rotation: 'ci', issuer, named: [world.old] };
    expect(await enable(request, runtime)).toEqual([world.old]);
    expect(disabled(world)).toEqual([]);
    await world.clock.advance(HOUR - 1);
    expect(await world.run({ policy })).toMatchObject({ kept: [{ reason: 'grace' }] });
    await world.clock.advance(1);
    await world.run({ policy });
    expect(disabled(world)).toEqual([world.old]);
  });

  it.each(['before', 'after'] as const)(
    'takes it back at the second try if the first fails %s its effect',
    async (fail) => {
      const world = await replaced();
      await world.run({ policy });
      const { store, issuer, clock } = world;
      const runtime = { store, clock, owner: 'me', signal: new AbortController().signal };
      const request = { rotation: 'ci', issuer, named: [world.old] };
      world.fault = once('enable', { fail });
      await expect(enable(request, runtime)).rejects.toThrow(/memory:acme/);
      world.fault = () => 'ok';
      expect(await enable(request, runtime)).toEqual([world.old]);
      expect(disabled(world)).toEqual([]);
    },
  );

  it('takes back what was disabled by a run that was killed before it noted that', async () => {
    const world = await replaced();
    world.fault = once('disable', { fail: 'after' });
    await world.run({ policy });
    world.fault = () => 'ok';
    expect(disabled(world)).toEqual([world.old]);
    const { store, issuer, clock } = world;
    const runtime = { store, clock, owner: 'me', signal: new AbortController().signal };
    const request = { rotation: 'ci', issuer, named: [world.old] };
    expect(await enable(request, runtime)).toEqual([world.old]);
    expect(disabled(world)).toEqual([]);
  });

  it('enables nothing that only a ledger of others names', async () => {
    const world = await replaced();
    await world.run({ policy });
    const { store, issuer, clock } = world;
    const runtime = { store, clock, owner: 'me', signal: new AbortController().signal };
    const refused = await enable({ rotation: 'ci', issuer }, runtime).catch(
      (error: unknown) => error,
    );
    expect(KeyturnError.is(refused) && refused.code).toBe('USAGE_INVALID');
    expect(disabled(world)).toEqual([world.old]);
  });

  it('disables nothing without a grace, and nothing that a sink may hold', async () => {
    const world = worldOf(kind);
    await world.run({ replaces: world.old, policy: noWait, selected: ['memory:a'] });
    expect(disabled(world)).toEqual([]);
    await world.run({ policy: noWait });
    expect(world.calls.filter(({ method }) => method === 'disable')).toEqual([]);
    expect(world.live()).not.toContain(world.old);
  });

  it.each(['before', 'after'] as const)('asks again if that fails %s its effect', async (fail) => {
    const world = await replaced();
    world.fault = once('disable', { fail });
    expect(await world.run({ policy })).toMatchObject({ outcome: 'incomplete' });
    world.fault = () => 'ok';
    expect(await world.run({ policy })).toMatchObject({ kept: [{ reason: 'disabled' }] });
    await world.clock.advance(DAY);
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old] });
  });

  it('disables nothing more after an interrupt', async () => {
    const world = worldOf(kind);
    await world.run({ replaces: world.old, policy });
    await world.run({ force: true, policy });
    await world.clock.advance(2 * HOUR);
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method === 'disable') interrupt.abort();
      return 'ok';
    };
    await world.run({ policy }, interrupt.signal, standing(world));
    expect(disabled(world)).toEqual([world.old]);
    await world.run({ policy });
    expect(disabled(world)).toHaveLength(2);
  });

  it('disables no token that jobs of another rotation use', async () => {
    const world = worldOf(kind);
    const [a, b] = world.sinks.map((sink) => [sink]);
    const { store, clock } = world;
    const { id, label, issuedAt } = world.issuer.seed({ label: 'shared' });
    const token = { id, label, issuedAt, permissions: [] };
    await adopt({ name: 'other', token, sinks: ['memory:b'] }, { store, clock, owner: 'test' });
    const request = { sinks: a ?? [], named: [id], policy };
    await world.run({ ...request, replaces: id, permissions: [] });
    await world.clock.advance(HOUR);
    const report = await world.run(request);
    expect(report).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'TOKEN_IN_USE' },
      kept: [{ id, reason: 'unrevoked' }],
    });
    expect(disabled(world)).toEqual([]);
    await world.run({ ...request, name: 'other', sinks: b ?? [], permissions: [], force: true });
    await world.clock.advance(HOUR);
    await world.run(request);
    expect(disabled(world)).toEqual([id]);
  });

  it('makes sure of the lock first, whatever the issuer does', async () => {
    const world = await replaced();
    const issuer: RotationRequest['issuer'] = {
      ...world.issuer,
      disable: async (id, o) => world.issuer.disable?.(id, { signal: o.signal }),
    };
    const report = await world.run({ issuer, policy }, undefined, {
      observe: (seen) => {
        if (seen.type === 'event' && seen.event.type === 'disabling')
          world.store.steal('ci', 'asleep');
      },
    });
    expect(report).toMatchObject({ error: { code: 'STATE_LOST' } });
    expect(disabled(world)).toEqual([]);
  });

  it('waits for the end of the pause if the token is gone already', async () => {
    const world = await replaced();
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    Object.assign(old ?? {}, { revokedAt: '2026-01-01T00:00:00.000Z' });
    expect(await world.run({ policy })).toMatchObject({
      outcome: 'grace',
      kept: [{ id: world.old, reason: 'disabled' }],
    });
    await world.clock.advance(DAY);
    expect(await world.run({ policy })).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });
});

describe('an issuer that takes its time', () => {
  it('is asked until a token is ready', async () => {
    const world = worldOf({ readyAfter: 20_000 });
    const { outcome, current } = await world.run({ replaces: world.old, policy: noWait });
    expect(outcome).toBe('rotated');
    expect(world.jobs()).toEqual([current?.id, current?.id]);
  });

  it.each([
    ['a token to be ready', 'ready', { readyAfter: 60_000 }],
    ['an end to come', 'revoke', { endsAfter: 60_000 }],
  ] as const)('is not waited for after an interrupt: %s', async (_, method, kind) => {
    const world = worldOf(kind);
    const interrupt = new AbortController();
    world.fault = (call) => {
      if (call.method === method) interrupt.abort();
      return 'ok';
    };
    const run = world.run({ replaces: world.old, policy: noWait }, interrupt.signal);
    await expect(run).resolves.toMatchObject({ name: 'ci' });
    world.fault = () => 'ok';
    await world.clock.advance(HOUR);
    const { current } = await world.run({ policy: noWait, replaces: world.old });
    await world.clock.advance(HOUR);
    await world.run({ policy: noWait });
    expect(world.live()).toEqual([current?.id]);
  });

  it('has a token ended that never becomes ready', async () => {
    const world = worldOf({ readyAfter: 30 * DAY });
    const report = await world.run({ replaces: world.old, policy: noWait });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'VERIFY_FAILED' } });
    expect(world.live()).toEqual([world.old]);
  });

  it('is asked again for an end that is under way, and is believed when it has come', async () => {
    const world = worldOf({ endsAfter: 10 * 60_000 });
    const first = await world.run({ replaces: world.old, policy: noWait });
    expect(first).toMatchObject({ outcome: 'grace', kept: [{ id: world.old, reason: 'ending' }] });
    await world.clock.advance(15 * 60_000);
    expect(await world.run({ policy: noWait })).toMatchObject({ outcome: 'rotated', kept: [] });
    expect(world.live()).toEqual([first.current?.id]);
  });
});

describe('a token that owns things', () => {
  it('gives them to its successor before it ends', async () => {
    const world = worldOf({});
    const order: string[] = [];
    const { issuer } = world;
    const owning: RotationRequest['issuer'] = Object.assign(Object.create(issuer), {
      retire: async (id: string, successor: string) => void order.push(`${id} to ${successor}`),
      revoke: (id: string, o: never) => {
        order.push(`end ${id}`);
        return issuer.revoke(id, o);
      },
    });
    const { current } = await world.run({ replaces: world.old, issuer: owning, policy: noWait });
    expect(order).toEqual([`${world.old} to ${current?.id}`, `end ${world.old}`]);
  });

  it('is kept if they cannot be given', async () => {
    const world = worldOf({});
    const stubborn: RotationRequest['issuer'] = Object.assign(Object.create(world.issuer), {
      retire: async () => {
        throw new KeyturnError('PERMISSION_DENIED', 'not yours', { effect: 'none' });
      },
    });
    const report = await world.run({ replaces: world.old, issuer: stubborn, policy: noWait });
    expect(report).toMatchObject({ outcome: 'incomplete', kept: [{ reason: 'unrevoked' }] });
    expect(world.live()).toContain(world.old);
  });
});

describe('an issuer that ends the old token with the new one', () => {
  it('is not used', async () => {
    const world = worldOf({ supports: { overlap: false } });
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(world.live()).toEqual([world.old]);
  });
});

describe('a sink whose jobs read it after a deployment', () => {
  const deploying = (world: World): RotationRequest['sinks'] =>
    world.sinks.map((sink) =>
      Object.assign(Object.create(sink) as typeof sink, {
        supports: { ...sink.supports, takesEffect: 'deploy' as const },
      }),
    );

  it('keeps the old token until the deployment is said, and its grace begins then', async () => {
    const world = worldOf({});
    const sinks = deploying(world);
    await world.run({ replaces: world.old, policy, sinks });
    await world.clock.advance(30 * DAY);
    expect(await world.run({ policy, sinks })).toMatchObject({
      kept: [{ id: world.old, reason: 'undeployed', sinks: ['memory:a', 'memory:b'] }],
    });
    const { store, clock } = world;
    expect(await deployed('ci', 'memory:a', { store, clock, owner: 'me' })).toEqual(['memory:a']);
    expect(await world.run({ policy, sinks })).toMatchObject({
      kept: [{ reason: 'undeployed', sinks: ['memory:b'] }],
    });
    expect(await deployed('ci', undefined, { store, clock, owner: 'me' })).toEqual(['memory:b']);
    expect(await world.run({ policy, sinks })).toMatchObject({ kept: [{ reason: 'grace' }] });
    await world.clock.advance(HOUR);
    expect(await world.run({ policy, sinks })).toMatchObject({ revoked: [world.old], kept: [] });
  });

  it('is told by name, and nothing is recorded if none waits', async () => {
    const world = worldOf({});
    await world.run({ replaces: world.old, policy });
    const { store, clock } = world;
    world.calls.length = 0;
    expect(await deployed('ci', undefined, { store, clock, owner: 'me' })).toEqual([]);
    expect(world.calls.map(({ method }) => method)).not.toContain('append');
    await expect(deployed('ci', 'memory:x', { store, clock, owner: 'me' })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      hint: expect.stringContaining('memory:a'),
    });
  });

  it('keeps every token since the last deployment', async () => {
    const world = worldOf({});
    const sinks = deploying(world);
    const { current } = await world.run({ replaces: world.old, policy, sinks });
    await world.run({ policy, sinks, force: true });
    await world.clock.advance(30 * DAY);
    await world.run({ policy, sinks });
    expect(world.live()).toEqual(expect.arrayContaining([world.old, current?.id]));
    const { tokens } = await readState(world.store, 'ci');
    expect(tokens.size).toBe(3);
  });
});
