import { describe, expect, it } from 'vitest';

import { makeWorld } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const policy = {
  maxAge: 1e12,
  grace: HOUR,
  quiet: { for: 30 * MINUTE, atMost: 24 * HOUR },
  settle: 120_000,
};

/** A rotation whose old token is in its grace, and what a job does that still has it. */
async function replaced() {
  const world = makeWorld();
  const { secret } = world.issuer.tokens.find(({ id }) => id === world.old) ?? { secret: '' };
  await world.run({ replaces: world.old, policy });
  return { world, useOld: () => world.issuer.use(secret)?.id };
}

describe('a grace that looks at use', () => {
  it('ends with the timer where nobody used the old token', async () => {
    const { world } = await replaced();
    await world.clock.advance(HOUR);
    expect(await world.run({ policy })).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
  });

  it('looks only when the timer has ended', async () => {
    const { world } = await replaced();
    world.calls.length = 0;
    await world.clock.advance(HOUR - 1);
    await world.run({ policy });
    expect(world.calls.filter(({ adapter }) => adapter === world.issuer.id)).toEqual([]);
  });

  it('lasts until the token has been quiet, and reports the late use with its time', async () => {
    const { world, useOld } = await replaced();
    await world.clock.advance(50 * MINUTE);
    useOld();
    // A second more: the issuer shows whole ones.
    const usedAt = new Date(world.clock.now() + SECOND).toISOString();
    await world.clock.advance(15 * MINUTE);
    const report = await world.run({ policy });
    expect(report).toMatchObject({
      outcome: 'grace',
      kept: [{ id: world.old, reason: 'used', lastUsedAt: usedAt }],
      graceUntil: new Date(Date.parse(usedAt) + 30 * MINUTE).toISOString(),
    });
    await world.clock.advance(15 * MINUTE + SECOND);
    expect(await world.run({ policy })).toMatchObject({ revoked: [world.old], warnings: [] });
  });

  it('ends at the latest when it may last no longer', async () => {
    const { world, useOld } = await replaced();
    await world.clock.advance(24 * HOUR - 1);
    useOld();
    expect(await world.run({ policy })).toMatchObject({ kept: [{ reason: 'used' }] });
    await world.clock.advance(1);
    useOld();
    // A second more: the issuer shows whole ones.
    const usedAt = new Date(world.clock.now() + SECOND).toISOString();
    expect(await world.run({ policy })).toMatchObject({
      revoked: [world.old],
      warnings: [
        expect.stringContaining(`ci: token ${world.old} was still in use (last at ${usedAt})`),
      ],
    });
  });

  it('does not take a failed look for quiet', async () => {
    const { world } = await replaced();
    await world.clock.advance(HOUR);
    world.fault = ({ method }) => (method === 'get' ? { fail: 'before' } : 'ok');
    expect(await world.run({ policy })).toMatchObject({
      outcome: 'incomplete',
      kept: [{ id: world.old, reason: 'unrevoked' }],
    });
    expect(world.live()).toContain(world.old);
  });

  it('can be waited for, looking again after each wait', async () => {
    const { world, useOld } = await replaced();
    const released = world.clock.now();
    await world.clock.advance(50 * MINUTE);
    useOld();
    let looks = 0;
    world.fault = ({ method }) => {
      if (method === 'get' && ++looks === 2) useOld();
      return 'ok';
    };
    const report = await world.run({ policy, wait: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect(looks).toBe(3);
    expect(world.clock.now() - released).toBe((50 + 30 + 30) * MINUTE + 2 * SECOND);
  });
});
