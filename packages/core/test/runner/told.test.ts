import { describe, expect, it } from 'vitest';

import { KeyturnError, type TokenIssuer, type TrialResult } from '../../src/index.ts';
import { makeWorld, once, type World } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const canary = { timeout: 60_000 };
const actingAs = (world: World, acting: string): TokenIssuer => ({
  ...world.issuer,
  actingToken: () => acting,
});

describe('what is told of a token that keyturn acts with', () => {
  it('says that another run can revoke it', async () => {
    const world = makeWorld(['memory:a']);
    const issuer = actingAs(world, world.old);
    const report = await world.run({ replaces: world.old, issuer });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      kept: [{ id: world.old, reason: 'unrevoked', sinks: [] }],
      error: {
        code: 'TOKEN_IN_USE',
        effect: 'none',
        message: `memory:acme: token ${world.old} was not revoked, because keyturn acts with it`,
        hint: 'Run it again with the new token in its environment: that run revokes the old one.',
      },
    });
    expect(world.live()).toContain(world.old);
  });

  it('says that it cannot die first', async () => {
    const world = makeWorld(['memory:a']);
    const issuer = actingAs(world, world.old);
    const report = await world.run({ replaces: world.old, issuer, breakGlass: 'revoke-first' });
    expect(report.error).toMatchObject({
      effect: 'none',
      message: `memory:acme: token ${world.old} cannot be revoked first, because keyturn acts with it`,
      hint: expect.stringContaining('--revoke-first'),
    });
    expect(report.warnings.join()).not.toContain('was revoked first');
  });

  it('says nothing if it is another one', async () => {
    const world = makeWorld(['memory:a']);
    const issuer = actingAs(world, 'tkn999999');
    const report = await world.run({ replaces: world.old, issuer, breakGlass: 'revoke-first' });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });
});

describe('what is told of an outage', () => {
  it('names the token and the sinks after it', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, breakGlass: 'revoke-first' });
    expect(report.warnings).toEqual([
      `ci: token ${world.old} was revoked first: jobs of memory:a, memory:b failed until they had the new one`,
    ]);
  });

  it('names them before it, by the ledger', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const [current] = world.live();
    const plan = { dryRun: true, breakGlass: 'revoke-first' } as const;
    expect(await world.run(plan)).toMatchObject({
      outcome: 'planned',
      warnings: [
        `ci: token ${current} will be revoked first: jobs of memory:a, memory:b will fail until they have the new one`,
      ],
    });
    expect((await world.run({ ...plan, breakGlass: 'replace-first' })).warnings).toEqual([]);
    expect((await world.run({ dryRun: true, force: true })).warnings).toEqual([]);
  });

  it('is nothing of tokens that no sink holds', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ replaces: world.old, policy });
    const report = await world.run({ policy, breakGlass: 'revoke-first' });
    expect(report.warnings).toHaveLength(1);
    expect(report.warnings[0]).not.toContain(world.old);
    expect(report.revoked).toContain(world.old);
  });
});

describe('what is told of the token before the first one', () => {
  it('is how to name it', async () => {
    const world = makeWorld(['memory:a']);
    const request = { permissions: ['shop/read_branch'] };
    expect((await world.run(request)).warnings).toEqual([
      expect.stringMatching(/^ci: .* was not revoked; .*: keyturn rotate ci --replaces TOKEN_ID$/),
    ]);
    expect((await world.run({ ...request, force: true })).warnings).toEqual([]);
  });
});

describe('what is told of a job', () => {
  const trying = (world: World, result: TrialResult): void => {
    Object.assign(world.sinks[0] ?? {}, { trial: async () => result });
  };

  it.each<[TrialResult, string]>([
    [{ ok: false }, ''],
    [{ ok: false, url: 'https://ci.test/1' }, ': https://ci.test/1'],
  ])('%j says what to do', async (result, why) => {
    const world = makeWorld(['memory:a']);
    trying(world, result);
    const report = await world.run({ replaces: world.old, canary });
    expect(report.error).toMatchObject({
      code: 'TRIAL_FAILED',
      effect: 'none',
      message: `memory:a: the canary job failed with the new token ${report.current?.id}${why}`,
      hint: expect.stringContaining('--canary'),
    });
    expect(world.store.records('ci').map(({ event }) => event)).toContainEqual({
      type: 'tried',
      sink: 'memory:a',
      token: report.current?.id,
      ok: false,
    });
  });

  it('that was interrupted is not that it failed', async () => {
    const world = makeWorld(['memory:a']);
    const error = new KeyturnError('INTERRUPTED', 'interrupted', { effect: 'none' });
    Object.assign(world.sinks[0] ?? {}, { trial: () => Promise.reject(error) });
    const report = await world.run({ replaces: world.old, canary });
    expect(report).toMatchObject({ outcome: 'incomplete', kept: [{ id: world.old }] });
    const events = world.store.records('ci').map(({ event }) => event.type);
    expect(events).not.toContain('tried');
  });
});

describe('what is told of a token that is not seen yet', () => {
  it('is to run it again', async () => {
    const world = makeWorld(['memory:a']);
    const error = new KeyturnError('VERIFY_FAILED', 'no', { effect: 'none' });
    world.fault = once('verify', { fail: 'before', error });
    const issuer: TokenIssuer = { ...world.issuer, revoke: async () => 'gone' };
    const report = await world.run({ replaces: world.old, issuer, policy });
    const made = world.live().at(-1);
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: 'VERIFY_FAILED' },
      kept: [{ id: made, reason: 'unrevoked' }],
    });
    const later = await world.run({ issuer, policy, abort: true });
    expect(later.error).toMatchObject({
      code: 'TOKEN_NOT_FOUND',
      message: `token ${made} was created, but the issuer does not show it yet`,
      hint: expect.stringContaining('in a few minutes'),
    });
    await world.clock.advance(120_000);
    expect((await world.run({ issuer, policy, abort: true })).revoked).toEqual([made]);
  });
});
