import { describe, expect, it } from 'vitest';

import { KeyturnError, type Progress, type Trial, type TrialResult } from '../../src/index.ts';
import { SLOT, slotted } from './slotted.ts';
import { makeWorld, names, standing } from './world.ts';

const canary = { timeout: 60_000 };

/** A world where `memory:a` has a CI, whose job ends as `job` says, and `memory:b` has none. */
function withCi(job: (trial: Trial) => TrialResult | Promise<TrialResult>) {
  const world = makeWorld();
  const trials: Trial[] = [];
  Object.assign(world.sinks[0] ?? {}, {
    trial: async (trial: Trial) => {
      trials.push(trial);
      return job(trial);
    },
  });
  return { world, trials };
}

describe('a canary', () => {
  it('tries the new token where there is a CI, before the old one is revoked', async () => {
    const { world, trials } = withCi(() => {
      expect(world.live()).toContain(world.old);
      return { ok: true };
    });
    const report = await world.run({ replaces: world.old, canary });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(trials).toEqual([
      { token: report.current?.id, mark: expect.stringContaining('ci'), timeout: 60_000 },
    ]);
  });

  it('keeps the old token when the job fails, and says where to look', async () => {
    const { world } = withCi(() => ({ ok: false, url: 'https://ci.example/1' }));
    const report = await world.run({ replaces: world.old, canary });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'TRIAL_FAILED' },
      kept: [{ id: world.old, reason: 'unproved' }],
    });
    expect(report.error?.message).toContain('https://ci.example/1');
    expect(world.live()).toContain(world.old);
  });

  it('remembers the failure: a run without a canary revokes nothing either', async () => {
    const { world } = withCi(() => ({ ok: false }));
    await world.run({ replaces: world.old, canary });
    const report = await world.run();
    expect(report).toMatchObject({
      outcome: 'grace',
      kept: [{ id: world.old, reason: 'unproved' }],
    });
  });

  it('is remembered for a sink that is filtered out, and not for one that left the configuration', async () => {
    const { world } = withCi(() => ({ ok: false }));
    await world.run({ replaces: world.old, canary });
    expect((await world.run({ selected: ['memory:b'] })).revoked).toEqual([]);
    const report = await world.run({ sinks: world.sinks.slice(1) });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('is tried again by the next run, and what it proved is remembered', async () => {
    let ok = false;
    const { world, trials } = withCi(() => ({ ok }));
    await world.run({ replaces: world.old, canary });
    ok = true;
    const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };
    expect(await world.run({ canary, policy })).toMatchObject({ outcome: 'grace' });
    await world.clock.advance(3_600_000);
    expect(await world.run({ canary, policy })).toMatchObject({ revoked: [world.old] });
    expect(trials).toHaveLength(2);
  });

  it('that cannot be started is no proof', async () => {
    const { world } = withCi(() => Promise.reject(new TypeError('boom')));
    await expect(world.run({ replaces: world.old, canary })).rejects.toThrow('boom');
    expect(world.live()).toContain(world.old);
  });

  it('that could not be started, or did not end, is remembered as well', async () => {
    const error = new KeyturnError('TIMED_OUT', 'no runner is free', { effect: 'none' });
    const { world } = withCi(() => Promise.reject(error));
    const report = await world.run({ replaces: world.old, canary });
    expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'TIMED_OUT' } });
    expect(await world.run()).toMatchObject({ kept: [{ id: world.old, reason: 'unproved' }] });
  });

  it('does not hold up a leaked token', async () => {
    const { world, trials } = withCi(() => ({ ok: false }));
    const report = await world.run({ replaces: world.old, canary, breakGlass: 'replace-first' });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(trials).toEqual([]);
  });

  it('is not begun after an interrupt, in whichever sink', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c']);
    const interrupt = new AbortController();
    const begun: string[] = [];
    for (const sink of world.sinks)
      Object.assign(sink, {
        trial: async () => {
          begun.push(sink.id);
          interrupt.abort();
          return { ok: true };
        },
      });
    const request = { replaces: world.old, canary };
    const report = await world.run(request, interrupt.signal, standing(world));
    expect(begun).toEqual(['memory:a']);
    expect(report).toMatchObject({ outcome: 'grace', kept: [{ id: world.old }] });
  });

  it('shows who watches which job failed, and why, as soon as it has', async () => {
    const { world } = withCi(() => ({ ok: false }));
    Object.assign(world.sinks[1] ?? {}, { trial: async () => ({ ok: true }) });
    const seen: Progress[] = [];
    const observe = (one: Progress): void => void seen.push(one);
    const { error } = await world.run({ replaces: world.old, canary }, undefined, { observe });
    expect(seen.filter(({ type }) => type === 'sink')).toEqual([
      { type: 'sink', rotation: 'ci', sink: 'memory:a', error },
    ]);
  });

  it('that the sink cannot start for its layout is no proof', async () => {
    const { world, trials } = withCi(() => ({ ok: true }));
    const layout = { kind: 'slots', names, slot: SLOT } as const;
    const sinks = world.sinks.slice(0, 1).map((sink) => ({ ...sink, ...slotted(sink) }));
    const report = await world.run({ sinks, layout, replaces: world.old, canary });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'TRIAL_FAILED', message: expect.not.stringContaining('undefined') },
      kept: [{ id: world.old, reason: 'unproved' }],
    });
    expect(trials).toEqual([]);
  });
});
