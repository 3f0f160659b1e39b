import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import { makeWorld, names, once } from './world.ts';

const lost = { fail: 'after' } as const;
const denied = {
  fail: 'before',
  error: new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' }),
} as const;

describe('a rotation', () => {
  it('replaces the token everywhere and revokes the old one', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old });
    const [fresh] = world.live();
    expect(report).toMatchObject({
      outcome: 'rotated',
      phase: 'idle',
      reason: 'replaces',
      current: { id: fresh },
      previous: { id: world.old },
      revoked: [world.old],
      kept: [],
      sinks: [
        { id: 'memory:a', status: 'delivered' },
        { id: 'memory:b', status: 'delivered' },
      ],
    });
    expect(world.jobs()).toEqual([fresh, fresh]);
    expect(world.live()).toHaveLength(1);
    expect(world.issuer.tokens.find(({ id }) => id === fresh)?.permissions).toEqual([
      'read_organization',
      'shop/read_branch',
    ]);
  });

  it('does nothing when nothing is due: not one request', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    world.calls.length = 0;
    expect(await world.run({ replaces: world.old })).toMatchObject({
      outcome: 'current',
      sinks: [{ status: 'unchanged' }, { status: 'unchanged' }],
    });
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toEqual([]);
  });

  it('is due again at its maximum age, or when it is forced', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    expect(await world.run({ force: true })).toMatchObject({
      outcome: 'rotated',
      reason: 'forced',
    });
    await world.clock.advance(90 * 86_400_000);
    expect(await world.run()).toMatchObject({ outcome: 'rotated', reason: 'age' });
    expect(world.live()).toHaveLength(1);
  });

  it('is due before its token expires by itself', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old, ttl: '30d' });
    await world.clock.advance(21 * 86_400_000);
    expect(await world.run({ ttl: '30d' })).toMatchObject({
      outcome: 'rotated',
      reason: 'expiry',
    });
  });

  it('keeps the old token for the grace, and the next run revokes it', async () => {
    const world = makeWorld();
    const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({
      outcome: 'grace',
      phase: 'grace',
      revoked: [],
      kept: [{ id: world.old, reason: 'grace', sinks: [] }],
    });
    expect(Date.parse(report.graceUntil ?? '')).toBe(world.clock.now() + 3_600_000);
    expect(await world.run({ policy })).toMatchObject({ outcome: 'grace', revoked: [] });
    await world.clock.advance(3_600_000);
    expect(await world.run({ policy })).toMatchObject({
      outcome: 'rotated',
      revoked: [world.old],
      phase: 'idle',
    });
  });

  it('waits the grace out when it is told to', async () => {
    const world = makeWorld();
    const report = await world.run({
      replaces: world.old,
      wait: true,
      policy: { maxAge: 1e12, grace: 3_600_000, settle: 120_000 },
    });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('changes nothing on a dry run', async () => {
    const world = makeWorld();
    expect(await world.run({ replaces: world.old, dryRun: true })).toMatchObject({
      outcome: 'planned',
      reason: 'replaces',
    });
    expect(world.live()).toEqual([world.old]);
    expect(world.store.ledgers.size).toBe(0);
  });
});

describe('first contact', () => {
  it('asks for the predecessor when there is nothing to copy permissions from', async () => {
    const world = makeWorld();
    expect(await world.run()).toMatchObject({
      outcome: 'failed',
      error: { code: 'PREDECESSOR_UNKNOWN', hint: expect.stringContaining('--replaces') },
    });
    expect(world.live()).toEqual([world.old]);
  });

  it('revokes nothing that it was not told to, and says how to', async () => {
    const world = makeWorld();
    const report = await world.run({ permissions: ['shop/read_branch'] });
    expect(report).toMatchObject({
      outcome: 'rotated',
      revoked: [],
      warnings: [expect.stringContaining('--replaces')],
    });
    expect(world.live()).toContain(world.old);
  });

  it('refuses a predecessor that the issuer does not know', async () => {
    const world = makeWorld();
    expect(await world.run({ replaces: 'nobody' })).toMatchObject({
      outcome: 'failed',
      error: { code: 'TOKEN_NOT_FOUND' },
    });
  });
});

describe('looking before acting', () => {
  it.each(['check', 'get'])('creates nothing when %s fails', async (method) => {
    const world = makeWorld();
    world.fault = once(method, denied);
    expect(await world.run({ replaces: world.old })).toMatchObject({
      outcome: 'failed',
      error: { code: 'AUTH_DENIED' },
    });
    expect(world.live()).toEqual([world.old]);
  });

  it('names every sink that would fail', async () => {
    const world = makeWorld();
    world.fault = (call) =>
      call.method === 'check' && call.adapter !== 'memory:acme' ? denied : 'ok';
    const { sinks } = await world.run({ replaces: world.old });
    expect(sinks).toMatchObject([
      { status: 'failed', error: { code: 'AUTH_DENIED' } },
      { status: 'failed', error: { code: 'AUTH_DENIED' } },
    ]);
  });
});

describe('a token that could not be used', () => {
  it.each(['grant', 'verify'])(
    'is revoked at once when %s is refused, and the old one stays',
    async (method) => {
      const world = makeWorld();
      world.fault = once(method, {
        fail: 'before',
        error: new KeyturnError('GRANT_REFUSED', 'no', { effect: 'none' }),
      });
      expect(await world.run({ replaces: world.old })).toMatchObject({
        outcome: 'failed',
        error: { code: 'GRANT_REFUSED' },
        revoked: [expect.any(String)],
      });
      expect(world.live()).toEqual([world.old]);
      expect(world.jobs()).toEqual([world.old, world.old]);
    },
  );
});

describe('a lost answer', () => {
  it('to the creation is looked up, the found token revoked and another issued', async () => {
    const world = makeWorld();
    world.fault = once('issue', lost);
    const report = await world.run({ replaces: world.old });
    expect(report.outcome).toBe('rotated');
    expect(report.revoked).toHaveLength(2);
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('to the creation that cannot be looked up is reported, though another token is in place', async () => {
    const world = makeWorld();
    const down = new KeyturnError('REMOTE_FAILED', 'down');
    const lostOnce = once('issue', lost);
    world.fault = (call) =>
      call.method === 'find' ? { fail: 'before', error: down } : lostOnce(call);
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'REMOTE_FAILED' } });
    expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
    world.fault = () => 'ok';
    expect((await world.run()).outcome).toBe('rotated');
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('to the creation is not the error of a sink that failed later', async () => {
    const world = makeWorld();
    const lostOnce = once('issue', lost);
    world.fault = (call) =>
      call.method === 'deliver' && call.adapter === 'memory:a' ? denied : lostOnce(call);
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'AUTH_DENIED' } });
  });

  it('to a creation that lands late is looked for again after the settle time', async () => {
    const world = makeWorld();
    world.fault = once('issue', { late: 60_000 });
    const report = await world.run({ replaces: world.old });
    expect(report.outcome).toBe('rotated');
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('to a delivery is asked about where the sink shows values', async () => {
    const world = makeWorld(['memory:a'], 'value');
    world.fault = once('deliver', lost, 2);
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'rotated', sinks: [{ status: 'delivered' }] });
    expect(world.calls.filter(({ method }) => method === 'deliver')).toHaveLength(2);
  });

  it('to a delivery is sent again elsewhere, without waiting: both tries were of the same token', async () => {
    const world = makeWorld();
    world.fault = once('deliver', lost);
    const started = world.clock.now();
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({ outcome: 'rotated', phase: 'idle' });
    expect(world.clock.now() - started).toBeLessThan(10_000);
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('to a delivery that is superseded is settled before its token dies', async () => {
    const world = makeWorld();
    world.fault = once('deliver', lost);
    await world.run({ replaces: world.old });
    const started = world.clock.now();
    const report = await world.run({ force: true });
    expect(report.outcome).toBe('rotated');
    expect(world.clock.now() - started).toBeGreaterThanOrEqual(100_000);
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('to a revocation is retried by later runs until the token is gone', async () => {
    const world = makeWorld();
    world.fault = once('revoke', {
      fail: 'before',
      error: new KeyturnError('NETWORK_FAILED', 'gone', { effect: 'unknown' }),
    });
    expect(await world.run({ replaces: world.old })).toMatchObject({
      outcome: 'incomplete',
      kept: [{ id: world.old, reason: 'unrevoked' }],
    });
    world.fault = () => 'ok';
    expect(await world.run()).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });
});

describe('a token that the issuer does not show yet', () => {
  it('is not taken for gone: a later run revokes it', async () => {
    const world = makeWorld();
    world.fault = once('verify', {
      fail: 'before',
      error: new KeyturnError('VERIFY_FAILED', 'no'),
    });
    const revoke = world.issuer.revoke.bind(world.issuer);
    world.issuer.revoke = async () => 'gone';
    const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({
      outcome: 'failed',
      revoked: [],
      kept: [{ reason: 'unrevoked' }],
    });
    world.issuer.revoke = revoke;
    world.fault = () => 'ok';
    await world.clock.advance(120_000);
    const later = await world.run({ replaces: world.old });
    expect(world.live()).toEqual([later.current?.id]);
  });
});

describe('a write that lands late', () => {
  it.each(['stamp', 'none'] as const)(
    'cannot bring a superseded token back for good where sinks show %s',
    async (readBack) => {
      const world = makeWorld(['memory:a'], readBack);
      let writes = 0;
      // Both writes of the first token are lost and land after the second token was confirmed.
      world.fault = ({ method }) =>
        method === 'deliver' && ++writes <= 3 ? { late: 100_000 } : 'ok';
      expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'incomplete' });
      world.fault = () => 'ok';
      const report = await world.run();
      expect(world.jobs()).toEqual([report.current?.id]);
      expect(world.live()).toEqual([report.current?.id]);
    },
  );
});

describe('sinks that do not get the token', () => {
  it('keep the old one alive, and a later run converges', async () => {
    const world = makeWorld();
    world.fault = (call) =>
      call.method === 'deliver' && call.adapter === 'memory:b' ? denied : 'ok';
    const report = await world.run({ replaces: world.old });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      sinks: [{ status: 'delivered' }, { status: 'failed', error: { code: 'AUTH_DENIED' } }],
      kept: [{ id: world.old, reason: 'held', sinks: ['memory:b'] }],
    });
    expect(world.jobs()).not.toContain(undefined);
    world.fault = () => 'ok';
    await world.clock.advance(3_600_000);
    const later = await world.run();
    expect(later).toMatchObject({ outcome: 'rotated', reason: 'out-of-step' });
    expect(world.live()).toEqual([later.current?.id]);
  });

  it('because of a filter keep the old one alive, and the report says which', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, selected: ['memory:a'] });
    expect(report).toMatchObject({
      outcome: 'rotated',
      revoked: [],
      kept: [{ id: world.old, reason: 'held', sinks: ['memory:b'] }],
      sinks: [{ status: 'delivered' }, { status: 'skipped' }],
    });
    expect(await world.run({ selected: ['memory:a'] })).toMatchObject({ outcome: 'current' });
    const full = await world.run();
    expect(world.live()).toEqual([full.current?.id]);
  });

  it('because they left the configuration keep their token', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const held = world.live()[0];
    const report = await world.run({ sinks: world.sinks.slice(0, 1), force: true });
    expect(report).toMatchObject({
      outcome: 'rotated',
      kept: [{ id: held, reason: 'held', sinks: ['memory:b'] }],
    });
    expect(world.jobs()).not.toContain(undefined);
  });
});

describe('two runs at once', () => {
  it('cannot both act', async () => {
    const world = makeWorld();
    const reports = await Promise.all([
      world.run({ replaces: world.old }),
      world.run({ replaces: world.old }),
    ]);
    expect(reports.map(({ outcome, error }) => error?.code ?? outcome).toSorted()).toEqual([
      'STATE_BUSY',
      'rotated',
    ]);
    expect(world.live()).toHaveLength(1);
  });
});

describe('an interrupt', () => {
  it('lets nothing new begin, and the next run converges', async () => {
    const world = makeWorld();
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method === 'verify') interrupt.abort();
      return 'ok';
    };
    expect(await world.run({ replaces: world.old }, interrupt.signal)).toMatchObject({
      outcome: 'incomplete',
    });
    expect(world.calls.some(({ method }) => method === 'deliver')).toBe(false);
    world.fault = () => 'ok';
    const report = await world.run();
    expect(world.live()).toEqual([report.current?.id]);
  });
});

describe('a secret', () => {
  it('is never in the ledger or the report', async () => {
    const world = makeWorld();
    world.fault = once('deliver', lost);
    const report = await world.run({ replaces: world.old });
    const secret = world.sinks[0]?.values.get(names.token) ?? '-';
    expect(JSON.stringify([...world.store.ledgers.values()])).not.toContain(secret);
    expect(JSON.stringify(report)).not.toContain(secret);
  });
});
