import { describe, expect, it } from 'vitest';

import { KeyturnError, type RotationRequest } from '../../src/index.ts';
import { chain, EMPTY, type RotationEvent, serialise } from '../../src/ledger/index.ts';
import type { SinkRecord, Summary, TokenRecord } from '../../src/ledger/state.ts';
import { emptyState, isUndeployed } from '../../src/unstable.ts';
import { makeWorld, names, once, type World } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 };
const at = '2026-01-01T00:00:00.000Z';
const refusal = new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' });

/** The sinks, of which jobs read what was written only after a deployment. */
const deploying = ({ sinks }: World): RotationRequest['sinks'] =>
  sinks.map((sink) => ({
    ...sink,
    supports: { ...sink.supports, takesEffect: 'deploy' as const },
  }));

function ledgerOf(world: World, summary: Summary, ...events: readonly RotationEvent[]): void {
  const opened = { type: 'opened', rotation: 'ci', summary } as const;
  world.store.ledgers.set('ci', chain(EMPTY, [opened, ...events], at).map(serialise));
}

describe('a report has nothing but what there is to tell', () => {
  it('of a first run, and of one that has nothing to do', async () => {
    const world = makeWorld();
    const { current, ...made } = await world.run({ replaces: world.old });
    const sinks = (status: string) => world.sinks.map(({ id }) => ({ id, status }));
    expect(made).toStrictEqual({
      name: 'ci',
      outcome: 'rotated',
      phase: 'idle',
      reason: 'replaces',
      previous: expect.objectContaining({ id: world.old }),
      revoked: [world.old],
      kept: [],
      pending: [],
      drifted: [],
      sinks: sinks('delivered'),
      warnings: [],
    });
    expect(await world.run()).toStrictEqual({
      name: 'ci',
      outcome: 'current',
      phase: 'idle',
      current,
      revoked: [],
      kept: [],
      pending: [],
      drifted: [],
      sinks: sinks('unchanged'),
      warnings: [],
    });
  });

  it.each([
    ['open', 'STATE_FAILED'],
    ['lock', 'STATE_FAILED'],
  ])('of a run whose ledger fails to %s', async (method, code) => {
    const world = makeWorld(['memory:a']);
    world.fault = once(method, { fail: 'before' });
    expect(await world.run()).toStrictEqual({
      name: 'ci',
      outcome: 'failed',
      phase: 'idle',
      revoked: [],
      kept: [],
      pending: [],
      drifted: [],
      sinks: [],
      warnings: [],
      error: expect.objectContaining({ code }),
    });
  });

  it('of a run that fails before there is a token', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = once('issue', { fail: 'before', error: refusal });
    const report = await world.run({ permissions: [] });
    expect(report).toMatchObject({ outcome: 'failed', phase: 'idle', kept: [] });
    for (const key of ['current', 'previous', 'ahead', 'graceUntil', 'retryAt', 'grants'])
      expect(report).not.toHaveProperty(key);
  });

  it('of a token in its grace, whose use is not known', async () => {
    const world = makeWorld(['memory:a']);
    const { kept } = await world.run({ replaces: world.old, policy });
    expect(kept).toStrictEqual([{ id: world.old, reason: 'grace', sinks: [] }]);
  });

  it('of jobs that are left without a token, though nothing went wrong', async () => {
    const world = makeWorld();
    const report = await world.run({
      replaces: world.old,
      breakGlass: 'revoke-first',
      selected: ['memory:a'],
    });
    expect(report.outcome).toBe('incomplete');
    expect(report).not.toHaveProperty('error');
  });
});

describe('a report says of a sink', () => {
  it('that it was skipped if a filter or a plan left it out', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c']);
    const [a, b] = world.sinks;
    const first = a === undefined || b === undefined ? [] : [a, b];
    await world.run({ replaces: world.old, sinks: first });
    const { sinks: filtered } = await world.run({ sinks: first, selected: ['memory:a'] });
    expect(filtered.map(({ status }) => status)).toEqual(['unchanged', 'skipped']);
    const { sinks: planned } = await world.run({ dryRun: true });
    expect(planned.map(({ status }) => status)).toEqual(['unchanged', 'unchanged', 'skipped']);
  });
});

describe('a report says of drift', () => {
  it('nothing in a plan for sinks and tokens that the ledger does not know', async () => {
    const world = makeWorld(['memory:a']);
    const plan = await world.run({ permissions: [], dryRun: true, drift: 'report' });
    expect(plan).toMatchObject({ outcome: 'planned', drifted: [], warnings: [] });
  });

  it('nothing unless it is asked for, whatever an earlier run has seen', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await world.run({ replaces: world.old });
    world.sinks[0]?.write(names.token, 'by-hand');
    expect((await world.run({ drift: 'report' })).drifted).toEqual(['memory:a']);
    for (const drift of ['off', undefined] as const)
      expect(await world.run(drift && { drift })).toMatchObject({
        outcome: 'current',
        drifted: [],
        warnings: [],
      });
  });

  it('that a token stays, and not until when', async () => {
    const world = makeWorld(['memory:a'], 'value');
    await world.run({ replaces: world.old, policy });
    world.sinks[0]?.write(names.token, 'by-hand');
    const report = await world.run({ policy, drift: 'report' });
    expect(report).toMatchObject({ outcome: 'drifted', kept: [{ id: world.old }] });
    expect(report).not.toHaveProperty('graceUntil');
  });
});

describe('a report says of permissions', () => {
  it('nothing if they stay as they are', async () => {
    const world = makeWorld(['memory:a']);
    for (const permissions of [['shop/read_branch', 'read_organization'], 'copy'] as const) {
      const report = await world.run({ replaces: world.old, permissions, dryRun: true });
      expect(report.outcome).toBe('planned');
      expect(report).not.toHaveProperty('grants');
    }
  });

  it('nothing if a run ended before its check did', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ method, adapter }) =>
      method === 'check' && adapter === 'memory:a' ? { fail: 'before', error: refusal } : 'ok';
    const report = await world.run({ replaces: world.old, permissions: ['shop/other'] });
    expect(report.outcome).toBe('failed');
    expect(report).not.toHaveProperty('grants');
  });
});

describe('a report says of tokens under way', () => {
  it('each of them once', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ method }) => {
      if (method === 'issue') return { fail: 'after' };
      return method === 'find' ? { fail: 'before' } : 'ok';
    };
    const { pending } = await world.run({ replaces: world.old, policy });
    const labels = pending.map(({ label }) => label);
    expect(labels.length).toBeGreaterThan(0);
    expect(new Set(labels).size).toBe(labels.length);
    for (const one of pending) expect(one).not.toHaveProperty('id');
  });

  it('the one that an earlier run asked for, once', async () => {
    const world = makeWorld(['memory:a']);
    const label = 'keyturn-ci-20260101T000000Z-bbbbbbbb';
    const started = { type: 'started', label, reason: 'first' } as const;
    ledgerOf(world, { tokens: [], sinks: [], attempts: [] }, started);
    const supports = { ...world.issuer.supports, overlap: false };
    const { phase, pending } = await world.run({ issuer: { ...world.issuer, supports } });
    expect({ phase, pending }).toStrictEqual({ phase: 'issuing', pending: [{ label }] });
  });

  it('the one of a run that was interrupted, and keeps no token for it', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old });
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method === 'grant') interrupt.abort();
      return 'ok';
    };
    const report = await world.run({ force: true }, interrupt.signal);
    expect(report).toMatchObject({ outcome: 'incomplete', phase: 'verifying', kept: [] });
    expect(report.pending).toEqual([{ label: expect.any(String), id: expect.any(String) }]);
    expect(report).not.toHaveProperty('previous');
  });

  it('that the token in use is kept while some sinks have the new one', async () => {
    const world = makeWorld();
    const { current } = await world.run({ replaces: world.old });
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before', error: refusal } : 'ok';
    const report = await world.run({ force: true });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      phase: 'delivering',
      previous: { id: current?.id },
      kept: [{ id: current?.id, reason: 'held', sinks: ['memory:b'] }],
      pending: [{ id: report.current?.id }],
    });
    expect(report.pending).toHaveLength(1);
  });
});

describe('a report says of a token that is kept', () => {
  it('that a sink holds it, though another one only waits for its deployment', async () => {
    const world = makeWorld();
    const sinks = deploying(world);
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before', error: refusal } : 'ok';
    const { kept } = await world.run({ replaces: world.old, sinks });
    expect(kept).toEqual([{ id: world.old, reason: 'held', sinks: ['memory:a', 'memory:b'] }]);
  });

  const token = (id: string): TokenRecord => ({
    ref: { id, label: id, issuedAt: at },
    exposed: true,
    retired: id !== 'new',
  });
  const late = (id: string) => ({ token: id, at });
  const settling: Partial<SinkRecord> = { base: ['new'], unanswered: [late('old')] };

  it.each<[string, 'settling' | 'held', Partial<SinkRecord>[]]>([
    ['settles if only a late write may bring it', 'settling', [settling]],
    [
      'settles if late writes may bring others too',
      'settling',
      [{ ...settling, unanswered: [late('other'), late('old')] }],
    ],
    ['is held if another sink has it', 'held', [settling, { base: ['old'] }]],
    ['is held if the sink may have it already', 'held', [{ ...settling, base: ['new', 'old'] }]],
    ['is held if jobs have it', 'held', [settling, { running: ['old'] }]],
    [
      'is held if jobs have it, whatever else is late',
      'held',
      [settling, { running: ['old'], unanswered: [late('other')] }],
    ],
  ])('that it %s', async (_, expected, records) => {
    const world = makeWorld();
    const sinks = records.map((record, nth) => ({
      id: world.sinks[nth]?.id ?? '',
      base: ['new'],
      unanswered: [],
      ...record,
    }));
    const tokens = ['new', 'old', 'other'].map(token);
    ledgerOf(world, { current: 'new', tokens, sinks, attempts: [] });
    const { kept } = await world.run({ dryRun: true, force: true });
    expect(kept.find(({ id }) => id === 'old')?.reason).toBe(expected);
  });

  it('nothing of a deployment if no sink is known', () => {
    expect(isUndeployed(emptyState, 'memory:a', 'old')).toBe(false);
  });
});
