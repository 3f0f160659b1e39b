import { describe, expect, it, onTestFinished } from 'vitest';

import passwords from '../../../issuer-planetscale/src/password/index.ts';
import { branches, branchWorld } from '../../../issuer-planetscale/test/support/branches.ts';
import { GRACE, rotating } from './rotation.ts';

const OLD = {
  id: 'oldpassword1',
  database: 'shop',
  name: 'by hand',
  username: 'olduser0000',
  password: 'pscale_pw_CANARY-old',
  role: 'readwriter',
  cidrs: ['127.0.0.0/8'],
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

describe('a rotation of branch passwords', () => {
  it('keeps the jobs of three CI systems working, before, during and after', async () => {
    const world = await branchWorld(
      passwords,
      { database: 'shop' },
      { orgs: branches({ passwords: [OLD] }) },
    );
    const host = world.sandbox.urls.planetscaleQuery.replace('http://', '');
    const url = `mysql://${OLD.username}:${OLD.password}@${host}/shop?sslaccept=strict`;
    const rotation = await rotating(world, passwords, { id: OLD.id, url });
    onTestFinished(rotation.close);
    expect(await rotation.jobs()).toEqual([`${OLD.id} works`]);

    const first = await rotation.during(rotation.run());
    expect(first.result.error).toBeUndefined();
    expect(first.result.outcome).toBe('grace');
    expect(first.result.sinks.map(({ status }) => status)).toEqual(Array(3).fill('delivered'));
    expect(first.ran).toBeGreaterThan(0);
    expect(first.failed).toBe(0);

    const [old, fresh] = world.passwords();
    expect(old?.revokedAt).toBeNull();
    expect(fresh).toMatchObject({ role: OLD.role, cidrs: OLD.cidrs, replica: false });
    expect(await rotation.jobs()).toEqual([`${fresh?.id} works`]);

    await world.clock.advance(GRACE + 1);
    const second = await rotation.during(rotation.run());
    expect(second.result).toMatchObject({ outcome: 'rotated', revoked: [OLD.id] });
    expect(second.failed).toBe(0);
    expect(world.passwords().map(({ revokedAt }) => revokedAt === null)).toEqual([false, true]);
    expect(await rotation.jobs()).toEqual([`${fresh?.id} works`]);
    const shown = JSON.stringify([first.result, second.result]);
    expect(shown).not.toContain(fresh?.password);
    expect(shown).not.toContain('CANARY');
  });

  it('begins with what the options say, if there is nothing to be like', async () => {
    const options = { database: 'shop', role: 'writer', cidrs: ['127.0.0.0/8'] };
    const world = await branchWorld(passwords, options);
    const rotation = await rotating(world, passwords);
    onTestFinished(rotation.close);
    const { outcome, current } = await rotation.run();
    expect(outcome).toBe('rotated');
    expect(world.passwords()).toMatchObject([{ role: 'writer', cidrs: ['127.0.0.0/8'] }]);
    expect(await rotation.jobs()).toEqual([`${current?.id} works`]);
    const without = await world.open({ database: 'shop' });
    expect(without.defaults?.()).toBeUndefined();
  });

  it('finds the password of a lost answer, and deletes it', async () => {
    const world = await branchWorld(passwords, { database: 'shop', role: 'reader' });
    const rotation = await rotating(world, passwords);
    onTestFinished(rotation.close);
    const path = '/passwords$';
    await world.fault({ method: 'POST', path, times: 1, action: { dropResponse: true } });
    await rotation.run();
    await world.clock.advance(600_000);
    await rotation.run();
    expect(world.passwords().map(({ revokedAt }) => revokedAt === null)).toEqual([false, true]);
    expect(await rotation.jobs()).toEqual([`${world.passwords()[1]?.id} works`]);
  });
});
