import { describe, expect, it } from 'vitest';

import {
  forget,
  rotate,
  type IssueRequest,
  type TokenIssuer,
  type Trial,
} from '../../src/index.ts';
import { makeWorld } from './world.ts';

const HOUR = 3_600_000;
const policy = { maxAge: '90d', grace: '1h', settle: '2m' };

describe('durations of a request', () => {
  it('may be texts, and mean the same as milliseconds', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, policy });
    expect(report).toMatchObject({ outcome: 'grace' });
    expect(Date.parse(report.graceUntil ?? '') - world.clock.now()).toBe(HOUR);
    await world.clock.advance(HOUR);
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old] });
    await world.clock.advance(90 * 24 * HOUR);
    expect(await world.run({ policy })).toMatchObject({ reason: 'age' });
  });

  it('are milliseconds to the issuer and to the sinks', async () => {
    const world = makeWorld(['memory:a']);
    const asked: IssueRequest[] = [];
    const trials: Trial[] = [];
    const issuer: TokenIssuer = {
      ...world.issuer,
      issue: (request, call) => {
        asked.push(request);
        return world.issuer.issue(request, call);
      },
    };
    const trial = async (one: Trial): Promise<{ ok: true }> => {
      trials.push(one);
      return { ok: true };
    };
    const sinks = world.sinks.map((sink) => ({ ...sink, trial }));
    const canary = { timeout: '10m' };
    await world.run({ replaces: world.old, policy, issuer, sinks, canary, ttl: '120d' });
    expect(asked).toMatchObject([{ ttl: 120 * 24 * HOUR }]);
    expect(trials).toMatchObject([{ timeout: 600_000 }]);
  });

  it.each([
    { policy: { ...policy, maxAge: '90' } },
    { policy: { ...policy, grace: -1 } },
    { policy: { ...policy, settle: 'soon' } },
    { policy: { ...policy, quiet: { for: '1y', atMost: '1d' } } },
    { policy: { ...policy, quiet: { for: '1d', atMost: '1y' } } },
    { ttl: Number.NaN },
    { canary: { timeout: '' } },
  ])('are checked before anything else: %j', async (changes) => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old, ...changes });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(world.calls).toEqual([]);
  });

  it('may be texts for a runtime, and in forget', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const { issuer, sinks, store, clock } = world;
    const runtime = { store, clock, owner: 'test' };
    const signal = new AbortController().signal;
    const request = { name: 'ci', issuer, sinks, policy, permissions: 'copy' } as const;
    const layout = { kind: 'joined', name: 'X' } as const;
    const broken = { ...runtime, random: Math.random, signal, drain: 'long' };
    expect((await rotate({ ...request, layout }, broken)).error?.code).toBe('CONFIG_INVALID');
    await expect(forget('ci', 'memory:a', 'soon', runtime)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect((await forget('ci', 'memory:a', '2m', runtime)).tokens).toHaveLength(1);
  });
});
