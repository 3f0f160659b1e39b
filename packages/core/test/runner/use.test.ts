import { describe, expect, it } from 'vitest';

import { adopt, KeyturnError, type TokenIssuer } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const policy = {
  maxAge: 1e12,
  grace: HOUR,
  quiet: { for: HOUR, atMost: 24 * HOUR },
  settle: 120_000,
};
const iso = (time: number): string => new Date(time).toISOString();

/** The world's issuer if its clock is behind by so much more, and it shows this last use of every token. */
function behind(world: World, by: number, lastUsedAt?: string): TokenIssuer {
  const { issuer } = world;
  return {
    ...issuer,
    issue: async (request, o) => {
      const { token, ...others } = await issuer.issue(request, o);
      return { ...others, token: { ...token, issuedAt: iso(Date.parse(token.issuedAt) - by) } };
    },
    get: async (id, o) => {
      const details = await issuer.get(id, o);
      return details && { ...details, ...(lastUsedAt !== undefined && { lastUsedAt }) };
    },
  };
}

describe('the last use of a replaced token', () => {
  it.each([0, HOUR, -HOUR])(
    'is told by the clock of the machine, though that of the issuer is %d ms behind',
    async (by) => {
      const world = makeWorld(['memory:a']);
      await world.run({ replaces: world.old, policy, issuer: behind(world, by) });
      await world.clock.advance(HOUR);
      const used = world.clock.now() - 10 * MINUTE;
      const [made] = world.issuer.tokens.slice(-1);
      const answeredAt = world.store.records('ci').find(({ event }) => event.type === 'issued')?.at;
      const own = Date.parse(answeredAt ?? '') - Date.parse(made?.issuedAt ?? '');
      const issuer = behind(world, by, iso(used - by - own));
      const lastUsedAt = iso(used + 1000);
      expect(await world.run({ policy, issuer })).toMatchObject({
        outcome: 'grace',
        kept: [{ id: world.old, reason: 'used', sinks: [], lastUsedAt }],
        graceUntil: iso(used + 1000 + HOUR),
      });
    },
  );

  it('that is no time is none', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old, policy });
    await world.clock.advance(HOUR);
    const report = await world.run({ policy, issuer: behind(world, 0, 'never') });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('is not looked at after an interrupt', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old, policy });
    await world.run({ force: true, policy });
    await world.clock.advance(HOUR);
    const interrupt = new AbortController();
    world.calls.length = 0;
    world.fault = ({ method }) => {
      if (method === 'get') interrupt.abort();
      return 'ok';
    };
    await world.run({ policy }, interrupt.signal);
    expect(world.calls.filter(({ method }) => method === 'get')).toHaveLength(1);
  });

  it('of a token that is gone is none, and it is revoked for good', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old, policy });
    await world.clock.advance(HOUR);
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    if (old !== undefined) old.revokedAt = '2026-01-01T00:00:00.000Z';
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old], kept: [] });
  });

  it('is told by the clock of the issuer where keyturn did not ask for the token in use', async () => {
    const world = makeWorld(['memory:a']);
    const { store, clock, issuer } = world;
    const { id, label, issuedAt } = issuer.seed({ label: 'in-use' });
    const token = { id, label, issuedAt, permissions: [] };
    await adopt({ name: 'ci', token, sinks: ['memory:a'] }, { store, clock, owner: 'test' });
    await world.run({ replaces: world.old, policy });
    await clock.advance(HOUR);
    const lastUsedAt = iso(clock.now() - 10 * MINUTE);
    const report = await world.run({ policy, issuer: behind(world, 0, lastUsedAt) });
    expect(report.kept).toMatchObject([{ id: world.old, reason: 'used', lastUsedAt }]);
  });

  it('is told by the clock of the issuer before any token is in use', async () => {
    const world = makeWorld();
    const error = new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' });
    world.fault = ({ adapter, method }) =>
      adapter === 'memory:b' && method === 'deliver' ? { fail: 'before', error } : 'ok';
    const request = { permissions: [], policy };
    await world.run(request);
    await world.run({ ...request, force: true });
    const [first] = world.issuer.tokens.slice(-2);
    await world.clock.advance(HOUR);
    const lastUsedAt = iso(world.clock.now() - 10 * MINUTE);
    const report = await world.run({ ...request, issuer: behind(world, 0, lastUsedAt) });
    expect(report.current).toBeUndefined();
    expect(report.kept[0]).toMatchObject({ id: first?.id, reason: 'used', lastUsedAt });
  });

  it('is asked for once, with the label that shows whose the token is', async () => {
    const world = makeWorld(['memory:a']);
    const { current } = await world.run({ permissions: [], policy });
    await world.run({ permissions: [], policy, force: true });
    await world.clock.advance(2 * HOUR);
    world.calls.length = 0;
    expect(await world.run({ policy })).toMatchObject({ revoked: [current?.id] });
    expect(world.calls.filter(({ method }) => method === 'get')).toHaveLength(1);
  });
});
