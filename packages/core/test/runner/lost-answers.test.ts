import { describe, expect, it } from 'vitest';

import { KeyturnError, type TokenIssuer } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, once, type World } from './world.ts';

const A = 'memory:a';
const HOUR = 3_600_000;
const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const refused = {
  fail: 'before',
  error: new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' }),
} as const;
const methods = (world: World): string[] => world.calls.map(({ method }) => method);
const eventsOf = (world: World, type: RotationEvent['type']): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter((event) => event.type === type);

describe('a request for a token', () => {
  it('is not made if the tokens before it cannot be listed, where they have to be', async () => {
    const world = makeWorld([A], 'stamp', { supports: { find: 'candidates' } });
    world.fault = once('list', refused);
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({ outcome: 'failed', error: { message: 'no' } });
    expect(methods(world)).not.toContain('issue');
  });

  it('lists and notes nothing where labels tell', async () => {
    const world = makeWorld([A]);
    const noted: string[] = [];
    await world.run({ replaces: world.old }, undefined, {
      noteIssued: async (id) => void noted.push(id),
    });
    expect(methods(world)).not.toContain('list');
    expect(noted).toEqual([]);
  });

  it('whose every answer is lost says so', async () => {
    const world = makeWorld([A]);
    world.fault = ({ method }) => (method === 'issue' ? { late: Infinity } : 'ok');
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'NETWORK_FAILED' } });
    expect(eventsOf(world, 'lost')).toHaveLength(3);
    expect(eventsOf(world, 'lost')[0]).toMatchObject({ reason: 'NETWORK_FAILED' });
  });

  it('names the token that is replaced, if there is one and permissions are given at once', async () => {
    const world = makeWorld([A], 'stamp', { supports: { permissions: 'issue' } });
    const asked: unknown[] = [];
    const issuer: TokenIssuer = {
      ...world.issuer,
      issue: (request, o) => {
        asked.push('like' in request ? request.like : 'none');
        return world.issuer.issue(request, o);
      },
    };
    world.fault = once('issue', refused);
    await world.run({ permissions: [], issuer });
    await world.run({ replaces: world.old, issuer });
    const [made] = world.live();
    await world.run({ force: true, issuer });
    expect(asked).toEqual(['none', world.old, made]);
  });

  it('that brings the id of another token is refused', async () => {
    for (const isRevoked of [false, true]) {
      const world = makeWorld([A]);
      const { current } = await world.run({ replaces: world.old });
      const ids = [isRevoked ? world.old : (current?.id ?? '')];
      const issuer: TokenIssuer = {
        ...world.issuer,
        issue: async (...args) => {
          const { token, ...others } = await world.issuer.issue(...args);
          return { ...others, token: { ...token, id: ids.shift() ?? token.id } };
        },
      };
      await world.run({ issuer, force: true });
      expect(eventsOf(world, 'lost')).toMatchObject([{ reason: 'ANSWER_INVALID' }]);
    }
  });
});

describe('a look-up', () => {
  it('by label needs no second look at what it found', async () => {
    const world = makeWorld([A]);
    world.fault = once('issue', { fail: 'after' });
    const { revoked } = await world.run({ replaces: world.old });
    const [found] = eventsOf(world, 'found');
    const id = found?.type === 'found' ? found.token.id : '';
    expect(revoked).toContain(id);
    expect(world.calls.filter(({ method, about }) => method === 'get' && about === id)).toEqual([]);
  });

  it('without labels is told what was there, and records what it finds under the label', async () => {
    const world = makeWorld([A], 'stamp', { supports: { find: 'candidates' } });
    const { current } = await world.run({ replaces: world.old, policy });
    const asked: { label: string; known: readonly string[]; signal: unknown }[] = [];
    const issuer: TokenIssuer = {
      ...world.issuer,
      find: (label, o) => {
        const { known = [], signal } = o;
        asked.push({ label, known, signal });
        return world.issuer.find(label, o);
      },
    };
    await world.clock.advance(2 * HOUR);
    await world.run({ policy });
    world.fault = once('issue', { fail: 'after' });
    await world.run({ issuer, force: true, policy, permissions: [] });
    const [{ label = '', known = [], signal } = {}] = asked;
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(known).toContain(current?.id);
    expect(eventsOf(world, 'found')).toMatchObject([{ label, token: { label } }]);
  });

  it('without labels knows what earlier ones found, though that is revoked', async () => {
    const world = makeWorld([A], 'stamp', { supports: { find: 'candidates' } });
    await world.run({ replaces: world.old, policy });
    const late = once('issue', { late: 1000 });
    world.fault = (call) => {
      const fault = late(call);
      return call.method === 'issue' && fault === 'ok' ? { late: Infinity } : fault;
    };
    await world.run({ force: true, policy, permissions: [] });
    await world.clock.advance(2000);
    const made = world.issuer.tokens.at(-1)?.id ?? '';
    const known: (readonly string[])[] = [];
    const issuer: TokenIssuer = {
      ...world.issuer,
      find: (label, o) => {
        known.push(o.known ?? []);
        return world.issuer.find(label, o);
      },
    };
    world.fault = ({ method, adapter }) => (method === 'check' && adapter === A ? refused : 'ok');
    const request = { issuer, force: true, policy, permissions: [], named: [world.old, made] };
    expect((await world.run(request)).revoked).toEqual([made]);
    known.length = 0;
    await world.run(request);
    expect(known).not.toEqual([]);
    for (const ids of known) expect(ids).toContain(made);
  });

  it('that fails first and is answered later leaves nothing undone', async () => {
    const world = makeWorld([A]);
    await world.run({ replaces: world.old, policy });
    await world.clock.advance(2 * HOUR);
    const lost = once('issue', { late: Infinity });
    const failing = once('find', { fail: 'before' });
    world.fault = (call) => (call.method === 'find' ? failing(call) : lost(call));
    const report = await world.run({ force: true, policy });
    expect(report).toMatchObject({ outcome: 'grace', revoked: [world.old] });
    expect(report.pending).toHaveLength(1);
  });

  it('proves nothing before its own request is settled, however old others are', async () => {
    const world = makeWorld([A]);
    world.fault = ({ method }) => (method === 'issue' ? { late: Infinity } : 'ok');
    await world.run({ replaces: world.old, policy });
    const old = new Set(
      eventsOf(world, 'started').map((e) => (e.type === 'started' ? e.label : '')),
    );
    await world.clock.advance(200_000);
    world.fault = ({ method, about }) =>
      method === 'issue'
        ? { late: Infinity }
        : method === 'find' && old.has(about)
          ? { fail: 'before' }
          : 'ok';
    await world.run({ force: true, policy });
    expect(eventsOf(world, 'started').length).toBeGreaterThan(old.size);
    expect(eventsOf(world, 'absent')).toEqual([]);
  });
});
describe('the steps after a new token is made', () => {
  it('wait longer for it every time, up to a quarter of a minute, and not after an interrupt', async () => {
    for (const isInterrupted of [false, true]) {
      const world = makeWorld([A]);
      const interrupt = new AbortController();
      const at: number[] = [];
      const issuer: TokenIssuer = {
        ...world.issuer,
        ready: async () => {
          at.push(world.clock.now());
          if (isInterrupted) interrupt.abort();
          return false;
        },
      };
      const report = await world.run({ replaces: world.old, issuer, policy }, interrupt.signal);
      const pauses = at.slice(1).map((time, nth) => time - (at[nth] ?? 0));
      const long = Array.from({ length: 7 }, () => 15_000);
      expect(pauses).toEqual(isInterrupted ? [] : [1000, 2000, 4000, 8000, ...long]);
      expect(report.current?.id).toBe(world.old);
      expect(eventsOf(world, 'rejected')).toHaveLength(1);
    }
  });
});

describe('looking for drift', () => {
  it('records nothing if nothing changed, and that a token is enabled again', async () => {
    const world = makeWorld([A], 'stamp', { supports: { disable: true } });
    const { current } = await world.run({ replaces: world.old });
    const length = world.store.records('ci').length;
    const appends = methods(world).filter((method) => method === 'append').length;
    await world.run({ drift: 'report' });
    expect(world.store.records('ci')).toHaveLength(length);
    expect(methods(world).filter((method) => method === 'append')).toHaveLength(appends);
    const token = world.issuer.tokens.find(({ id }) => id === current?.id);
    Object.assign(token ?? {}, { disabled: true });
    await world.run({ drift: 'report' });
    await world.run({ drift: 'report' });
    if (token !== undefined) token.revokedAt = '2030-01-01T00:00:00.000Z';
    await world.run({ drift: 'report' });
    const id = current?.id;
    expect(eventsOf(world, 'missed')).toEqual([
      { type: 'missed', token: id, missing: true, disabled: true },
      { type: 'missed', token: id, missing: true },
    ]);
  });
});

describe('disabling', () => {
  it('ends with an interrupt', async () => {
    const world = makeWorld([A], 'stamp', { supports: { disable: true } });
    const paused = { ...policy, pause: HOUR };
    await world.run({ replaces: world.old, policy: paused });
    await world.run({ force: true, policy: paused });
    await world.clock.advance(2 * HOUR);
    const interrupt = new AbortController();
    world.calls.length = 0;
    world.fault = ({ method }) => {
      if (method === 'disable') interrupt.abort();
      return 'ok';
    };
    await world.run({ policy: paused }, interrupt.signal);
    expect(methods(world).filter((method) => method === 'disable')).toHaveLength(1);
    expect(eventsOf(world, 'disabling')).toHaveLength(1);
  });
});
