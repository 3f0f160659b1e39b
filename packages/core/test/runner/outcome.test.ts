import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import { makeWorld, names, once } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const denied = {
  fail: 'before',
  error: new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' }),
} as const;
const never = new Promise<never>(() => {});

describe('the report of a run that went well', () => {
  it('has no error, though an answer was lost in between', async () => {
    const world = makeWorld();
    world.fault = once('issue', { fail: 'after' });
    const report = await world.run({ replaces: world.old });
    expect(report.outcome).toBe('rotated');
    expect(report).not.toHaveProperty('error');
  });

  it('has none while a lost token may still turn up: a later run looks again', async () => {
    const world = makeWorld();
    world.fault = once('issue', { late: Infinity });
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({
      outcome: 'grace',
      pending: [{ label: expect.stringContaining('keyturn-ci-') }],
    });
    expect(Object.keys(report.pending[0] ?? {})).toEqual(['label']);
    expect(report).not.toHaveProperty('error');
    await world.clock.advance(HOUR);
    expect(await world.run({ policy })).toMatchObject({ outcome: 'rotated', pending: [] });
  });

  it('is that of a plan if nothing is due', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await world.clock.advance(5000);
    await world.run({ replaces: world.old });
    const plan = { dryRun: true, drift: 'report' } as const;
    expect(await world.run({ dryRun: true })).toMatchObject({ outcome: 'current', drifted: [] });
    expect(await world.run(plan)).toMatchObject({ outcome: 'current' });
    world.sinks[0]?.write(names.token, 'by-hand');
    expect(await world.run(plan)).toMatchObject({ outcome: 'drifted', drifted: ['memory:a'] });
  });
});

describe('the report of a run in which a sink failed', () => {
  it('tells the new token, the old one and what is where', async () => {
    const world = makeWorld();
    world.fault = ({ adapter, method }) =>
      adapter === 'memory:b' && method === 'deliver' ? denied : 'ok';
    const report = await world.run({ replaces: world.old });
    const fresh = world.live().at(-1);
    expect(report).toMatchObject({
      outcome: 'incomplete',
      phase: 'delivering',
      current: { id: fresh },
      previous: { id: world.old },
      pending: [{ id: fresh, label: expect.stringContaining('keyturn-ci-') }],
      kept: [{ id: world.old, reason: 'held', sinks: ['memory:b'] }],
    });
    expect(report.pending).toHaveLength(1);
    expect(report).not.toHaveProperty('graceUntil');
    expect(report).not.toHaveProperty('retryAt');
  });
});

describe('the report of a run that was interrupted', () => {
  it('says what went wrong before', async () => {
    const world = makeWorld();
    const interrupt = new AbortController();
    world.fault = ({ adapter, method }) => {
      if (adapter !== 'memory:b' || method !== 'deliver') return 'ok';
      interrupt.abort();
      return denied;
    };
    const report = await world.run({ replaces: world.old }, interrupt.signal);
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'AUTH_DENIED' } });
  });

  it('says that alone, if that is what its requests failed of', async () => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method !== 'deliver') return 'ok';
      interrupt.abort();
      return never;
    };
    const running = world.run({ replaces: world.old }, interrupt.signal);
    await world.clock.advance(5000);
    expect(await running).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'INTERRUPTED', message: 'the run was interrupted before it was complete' },
    });
  });

  it('while it waited is that of a run that does not wait', async () => {
    const world = makeWorld();
    const interrupt = new AbortController();
    const clock = { now: () => world.clock.now(), sleep: async () => interrupt.abort() };
    const request = { replaces: world.old, policy, wait: true };
    const report = await world.run(request, interrupt.signal, { clock, owner: 'test' });
    expect(report).toMatchObject({ outcome: 'grace', kept: [{ reason: 'grace' }] });
  });
});

describe('jobs of a sink fail', () => {
  it('while it may hold a token that was revoked, though the new one may be there too', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'none');
    world.fault = ({ adapter, method }) =>
      adapter === 'memory:b' && method === 'deliver' ? { late: Infinity } : 'ok';
    const report = await world.run({ replaces: world.old, breakGlass: 'revoke-first' });
    expect(report.outcome).toBe('incomplete');
    expect(report.warnings.join('\n')).toContain('jobs of memory:b fail, because');
  });
});
