import { describe, expect, it } from 'vitest';

import { KeyturnError, type TokenIssuer } from '../../src/index.ts';
import { Claims } from '../../src/runner/run/beside.ts';
import { makeWorld, type World } from './world.ts';

const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };

/** The world's issuer, as one sees it who acts with this token: when it dies, nothing is answered any more. */
function actingAs(world: World, acting: string): TokenIssuer {
  const { issuer } = world;
  const asked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (world.live().includes(acting)) return work();
    throw new KeyturnError('AUTH_DENIED', `${acting} is not accepted`, { effect: 'none' });
  };
  return {
    ...issuer,
    check: (o) => asked(() => issuer.check(o)),
    get: (id, o) => asked(() => issuer.get(id, o)),
    issue: (request, o) => asked(() => issuer.issue(request, o)),
    find: (label, o) => asked(() => issuer.find(label, o)),
    grant: (id, permissions, o) => asked(() => issuer.grant(id, permissions, o)),
    verify: (credential, expected, o) => asked(() => issuer.verify(credential, expected, o)),
    revoke: (id, o) => asked(() => issuer.revoke(id, o)),
    actingToken: () => acting,
    actAs: (credential) => actingAs(world, credential.token.id),
  };
}

describe('the rotation of the very token that keyturn acts with', () => {
  it('lets the new token revoke the old one', async () => {
    const world = makeWorld();
    const report = await world.run({
      replaces: world.old,
      issuer: actingAs(world, world.old),
    });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('leaves the old one to a run that acts with the new one', async () => {
    const world = makeWorld();
    const issuer = actingAs(world, world.old);
    const { current } = await world.run({ replaces: world.old, issuer, policy });
    await world.clock.advance(3_600_000);
    const again = await world.run({ issuer, policy });
    expect(again).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'TOKEN_IN_USE' },
      kept: [{ id: world.old, reason: 'unrevoked' }],
    });
    const last = await world.run({ issuer: actingAs(world, current?.id ?? ''), policy });
    expect(last).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('refuses to revoke first what it acts with', async () => {
    const world = makeWorld();
    const report = await world.run({
      replaces: world.old,
      issuer: actingAs(world, world.old),
      breakGlass: 'revoke-first',
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TOKEN_IN_USE' } });
    expect(world.jobs()).toEqual([world.old, world.old]);
  });

  it('is finished by the next run when it is killed at any request', async () => {
    let nth = 1;
    for (; ; nth++) {
      const world = makeWorld();
      let seen = 0;
      let die = (): void => {};
      const death = new Promise<'died'>((resolve) => (die = () => resolve('died')));
      world.fault = () => {
        if (++seen < nth) return 'ok';
        die();
        return new Promise(() => {});
      };
      const running = world.run({ replaces: world.old, issuer: actingAs(world, world.old) });
      const died = await Promise.race([running.then(() => 'ended'), death]);
      if (died === 'ended') break;
      world.fault = () => 'ok';
      world.store.steal('ci');
      // The next run reads its credentials from a sink, as a scheduled job would, or from where they were before if all are torn.
      const acting = world.jobs().find((id) => id !== undefined) ?? world.old;
      const report = await world.run({ replaces: world.old, issuer: actingAs(world, acting) });
      expect(report.outcome, `killed at request ${nth}`).toMatch(/rotated|current/);
      expect(world.live(), `killed at request ${nth}`).toEqual([report.current?.id]);
    }
    expect(nth).toBeGreaterThan(15);
  });

  it('ends it last, after what others beside it do with it', async () => {
    const world = makeWorld();
    const issuer = actingAs(world, world.old);
    let resolve = (): void => {};
    const others = new Promise<void>((end) => (resolve = end));
    const beside = { claims: new Claims(), last: () => others };
    const run = world.run({ replaces: world.old, issuer }, undefined, { beside });
    while (world.jobs()[0] === world.old) await world.clock.advance(1);
    await world.clock.advance(1000);
    expect(world.live()).toContain(world.old);
    resolve();
    expect(await run).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('leaves it to the next run where an interrupt ends that wait', async () => {
    const world = makeWorld();
    const interrupt = new AbortController();
    const last = async (): Promise<void> => interrupt.abort();
    const beside = { claims: new Claims(), last };
    const issuer = actingAs(world, world.old);
    const report = await world.run({ replaces: world.old, issuer }, interrupt.signal, { beside });
    expect(report.revoked).toEqual([]);
    expect(world.live()).toContain(world.old);
    const acting = actingAs(world, report.current?.id ?? '');
    expect(await world.run({ issuer: acting })).toMatchObject({ revoked: [world.old] });
  });
});
