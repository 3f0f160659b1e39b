import { describe, expect, it } from 'vitest';

import { KeyturnError, type RotationRequest, type TokenIssuer } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, once, standing, type World } from './world.ts';

const A = 'memory:a';
const HOUR = 3_600_000;
const grace = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
const noGrace = { ...grace, grace: 0 };
const refused = {
  fail: 'before',
  error: new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' }),
} as const;
const methods = (world: World, about: string): string[] =>
  world.calls.filter((call) => call.about === about).map(({ method }) => method);
const eventsOf = (world: World, ...types: readonly RotationEvent['type'][]): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter(({ type }) => types.includes(type));

describe('what a revoked token owns', () => {
  function retiring(world: World): { issuer: TokenIssuer; retired: unknown[] } {
    const retired: unknown[] = [];
    const retire: TokenIssuer['retire'] = async (from, to) => {
      expect(world.calls.at(-1)).toMatchObject({ adapter: 'memory', method: 'confirm' });
      retired.push([from, to]);
    };
    return { issuer: { ...world.issuer, retire }, retired };
  }

  it('goes to the token in use, if a sink had it; the lock is confirmed before', async () => {
    const world = makeWorld([A]);
    const { issuer, retired } = retiring(world);
    const { current } = await world.run({ replaces: world.old, issuer });
    expect(retired).toEqual([[world.old, current?.id]]);
    world.fault = once('verify', refused);
    await world.run({ issuer, force: true });
    expect(world.live()).toEqual([current?.id]);
    expect(retired).toHaveLength(1);
  });

  it('is not handed on by the token in use itself, or if none is in use', async () => {
    const world = makeWorld([A]);
    const { issuer, retired } = retiring(world);
    await world.run({ replaces: world.old, issuer, breakGlass: 'revoke-first' });
    expect(world.live()).not.toContain(world.old);
    expect(retired).toEqual([]);

    const fresh = makeWorld([A, 'memory:b']);
    const first = retiring(fresh);
    const request = { permissions: [], issuer: first.issuer, policy: noGrace };
    fresh.fault = ({ method, adapter }) => (method === 'deliver' && adapter !== A ? refused : 'ok');
    await fresh.run(request);
    fresh.fault = () => 'ok';
    await fresh.run({ ...request, abort: true, breakGlass: 'replace-first' });
    const [given] = eventsOf(fresh, 'issued');
    const { revoked } = await fresh.run({ ...request, breakGlass: 'revoke-first' });
    expect(revoked).toEqual([given?.type === 'issued' && given.token.id]);
    expect(first.retired).toEqual([]);
  });
});

describe('several tokens to revoke', () => {
  it('are left to a later run after an interrupt', async () => {
    const world = makeWorld([A]);
    await world.run({ replaces: world.old, policy: grace });
    await world.run({ force: true, policy: grace });
    await world.clock.advance(2 * HOUR);
    const interrupt = new AbortController();
    world.calls.length = 0;
    world.fault = ({ method }) => {
      if (method === 'revoke') interrupt.abort();
      return 'ok';
    };
    await world.run({ policy: grace }, interrupt.signal, standing(world));
    expect(world.calls.filter(({ method }) => method === 'revoke')).toHaveLength(1);
    expect(eventsOf(world, 'revoking')).toHaveLength(1);
  });
});

describe('the token that keyturn acts with', () => {
  const acting = (world: World): TokenIssuer => ({
    ...world.issuer,
    actingToken: () => world.old,
    actAs: () => world.issuer,
  });
  const claims = { claim: () => undefined } as never;

  it('is revoked by its successor, after the rotations beside it, unless interrupted', async () => {
    for (const isInterrupted of [false, true]) {
      const world = makeWorld([A]);
      const interrupt = new AbortController();
      const signals: AbortSignal[] = [];
      const last = async (signal: AbortSignal): Promise<void> => {
        signals.push(signal);
        if (isInterrupted) interrupt.abort();
      };
      const revokes: string[] = [];
      await world.run({ replaces: world.old, issuer: acting(world) }, interrupt.signal, {
        ...standing(world),
        beside: { claims, last },
        observe: (seen) => {
          if (seen.type === 'step' && seen.step.type === 'revoke')
            revokes.push(...seen.step.tokens);
        },
      });
      expect(signals.map(({ aborted }) => aborted)).toEqual([isInterrupted]);
      expect(methods(world, world.old).includes('revoke')).toBe(!isInterrupted);
      expect(revokes).toEqual([world.old]);
    }
  });

  it('waits for the rotations beside it no longer than it has its lock', async () => {
    const world = makeWorld([A]);
    const told: boolean[] = [];
    const last = async (signal: AbortSignal): Promise<void> => {
      world.store.steal('ci');
      told.push(signal.aborted);
    };
    await world.run({ replaces: world.old, issuer: acting(world) }, undefined, {
      beside: { claims, last },
    });
    expect(told).toEqual([true]);
    expect(methods(world, world.old)).not.toContain('revoke');
  });

  it('is not revoked by a token that is not in use', async () => {
    const world = makeWorld([A]);
    await world.run({ replaces: world.old, policy: grace });
    await world.clock.advance(2 * HOUR);
    world.fault = ({ method }) => (method === 'deliver' ? refused : 'ok');
    const request = { issuer: acting(world), policy: grace, force: true };
    expect(await world.run(request)).toMatchObject({ outcome: 'incomplete' });
    expect(world.live()).toContain(world.old);
  });
});

describe('the end of a token', () => {
  type Came = Awaited<ReturnType<TokenIssuer['revoke']>>;

  /** The old token is revoked with these answers, and shown to be gone from the nth look on. */
  async function ending(
    answers: readonly Came[],
    {
      goneAfter = 0,
      policy = grace,
      age = HOUR,
    }: Partial<Record<'goneAfter' | 'age', number>> & Partial<Pick<RotationRequest, 'policy'>> = {},
    interruptAt = Infinity,
  ) {
    const world = makeWorld([A]);
    const old = world.issuer.tokens.find(({ id }) => id === world.old);
    const issuedAt = new Date(world.clock.now() - age).toISOString();
    Object.assign(old ?? {}, { issuedAt });
    const interrupt = new AbortController();
    const left = [...answers];
    const looks: number[] = [];
    let revoked: number | undefined;
    let requests = 0;
    const issuer: TokenIssuer = {
      ...world.issuer,
      revoke: async () => {
        requests++;
        revoked = world.clock.now();
        return left.shift() ?? 'revoked';
      },
      get: async (id, o) => {
        if (revoked === undefined) return world.issuer.get(id, o);
        looks.push(world.clock.now() - revoked);
        if (looks.length >= interruptAt) interrupt.abort();
        return looks.length > goneAfter ? undefined : world.issuer.get(id, o);
      },
    };
    const report = await world.run(
      {
        replaces: world.old,
        issuer,
        policy: policy.grace === 0 ? noGrace : { ...grace, grace: 1 },
        wait: true,
      },
      interrupt.signal,
    );
    return { report, looks, requests, old: world.old };
  }

  it('that takes time is waited for, and longer every time', async () => {
    const { report, looks, old } = await ending(['pending'], { goneAfter: 2 });
    expect(looks).toEqual([1000, 3000, 7000]);
    expect(report.revoked).toEqual([old]);
  });

  it('that takes too long is left to a later run', async () => {
    const { report, looks, old } = await ending(['pending'], { goneAfter: Infinity });
    expect(looks).toEqual([1000, 3000, 7000, 15_000, 31_000]);
    expect(report).toMatchObject({ revoked: [], kept: [{ id: old, reason: 'ending' }] });
  });

  it('is not waited for after an interrupt', async () => {
    const { report, looks } = await ending(['pending'], { goneAfter: Infinity }, 1);
    expect(looks).toHaveLength(1);
    expect(report.revoked).toEqual([]);
  });

  it.each<[string, readonly Came[], number, number]>([
    ['an old one is gone', ['gone'], HOUR, 1],
    ['a young one may not be shown yet', ['gone'], 0, 2],
    ['a young one is revoked', ['revoked'], 0, 1],
  ])('is certain: %s', async (_, answers, age, count) => {
    const { report, requests, old } = await ending(answers, { age, policy: noGrace });
    expect(requests).toBe(count);
    expect(report.revoked).toEqual([old]);
  });

  it('that takes time once it is shown is waited for too', async () => {
    const { report, looks, old } = await ending(['gone', 'pending'], { age: 0, policy: noGrace });
    expect(looks).toEqual([1000]);
    expect(report.revoked).toEqual([old]);
  });
});
