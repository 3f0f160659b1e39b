import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import roles from '../../../issuer-planetscale/src/role/index.ts';
import { branches, branchWorld } from '../../../issuer-planetscale/test/support/branches.ts';
import { GRACE, rotating } from './rotation.ts';

const OLD = {
  id: 'oldrole00000',
  database: 'ledger',
  name: 'by hand',
  password: 'pscale_pw_CANARY-old',
  inheritedRoles: ['pg_read_all_data'],
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

async function opened(behaviour: object = {}, given: object = {}) {
  const orgs = branches({ roles: [{ ...OLD, ...given }] });
  const world = await branchWorld(roles, { database: 'ledger' }, { orgs, behaviour });
  const all = world.sandbox.state().planetscale?.orgs?.['acme']?.roles ?? [];
  const { username = '' } = all.find(({ id }) => id === OLD.id) ?? {};
  const { host } = new URL(world.sandbox.urls.planetscalePostgres);
  const url = `postgresql://${username}:${OLD.password}@${host}/postgres?sslmode=verify-full`;
  const rotation = await rotating(world, roles, { id: OLD.id, url });
  onTestFinished(rotation.close);
  return { ...world, ...rotation };
}

describe('a rotation of roles', () => {
  it('waits for a role that is not ready, and for one that is not dropped yet', async () => {
    const behaviour = { rolesReadyAfterLooks: 4, rolesDropAfterLooks: 12 };
    const { run, jobs, during, roles: all, clock } = await opened(behaviour);
    const { result: first, ran, failed } = await during(run());
    expect(ran).toBeGreaterThan(0);
    expect(failed).toBe(0);
    expect(first.outcome).toBe('grace');
    const id = first.current?.id ?? '';
    await clock.advance(GRACE + 1);
    const second = await run();
    expect(second).toMatchObject({
      revoked: [],
      kept: [{ id: OLD.id, reason: 'ending' }],
    });
    expect(all()[0]).toMatchObject({ revokedAt: null, deletedAt: expect.any(String) });
    const third = await run();
    expect(third).toMatchObject({ outcome: 'rotated', revoked: [OLD.id] });
    expect(all()[0]?.revokedAt).not.toBeNull();
    expect(await jobs()).toEqual([`${id} works`]);
  });

  it('says why an old role could not be dropped, and ends it when it can be', async () => {
    const { run, jobs, clock, sandbox } = await opened({ dropsFail: true });
    const { current } = await run();
    await clock.advance(GRACE + 1);
    const failed = await run();
    expect(failed).toMatchObject({ revoked: [], kept: [{ id: OLD.id }] });
    expect(failed.error).toMatchObject({ code: 'REMOTE_REJECTED' });
    expect(await jobs()).toEqual([`${current?.id} works`]);
    const world = sandbox.state();
    const planetscale = { ...world.planetscale, behaviour: { rolesDropAfterLooks: 0 } };
    await controlOf(sandbox).seed({ ...world, planetscale });
    expect(await run()).toMatchObject({ outcome: 'rotated', revoked: [OLD.id] });
    expect(await jobs()).toEqual([`${current?.id} works`]);
  });

  it('never touches the default role, and says what to use instead', async () => {
    const { run, jobs, roles: made, requests } = await opened({}, { default: true });
    const report = await run();
    expect(report).toMatchObject({ outcome: 'failed', revoked: [] });
    expect(report.error?.hint).toContain('user-defined role');
    expect(made()).toEqual([]);
    expect(await jobs()).toEqual([`${OLD.id} works`]);
    const changes = (await requests()).filter(
      ({ method, path }) => path.includes('/roles') && !['GET', 'LOGIN'].includes(method),
    );
    expect(changes).toEqual([]);
  });

  it('finds the role of a lost answer, and ends it', async () => {
    const { run, jobs, roles: all, clock, fault } = await opened();
    await fault({ method: 'POST', path: '/roles$', times: 1, action: { dropResponse: true } });
    await run();
    await clock.advance(600_000);
    await run();
    await clock.advance(GRACE + 1);
    await run();
    const living = all().filter(({ revokedAt }) => revokedAt === null);
    expect(living).toHaveLength(1);
    expect(all()).toHaveLength(3);
    expect(await jobs()).toEqual([`${living[0]?.id} works`]);
  });

  it('begins with what the options say, if there is nothing to be like', async () => {
    const options = { database: 'ledger', inheritedRoles: ['pg_read_all_data'] };
    const world = await branchWorld(roles, options);
    const rotation = await rotating(world, roles);
    onTestFinished(rotation.close);
    const { outcome, current } = await rotation.run();
    expect(outcome).toBe('rotated');
    expect(world.roles()).toMatchObject([{ inheritedRoles: ['pg_read_all_data'] }]);
    expect(await rotation.jobs()).toEqual([`${current?.id} works`]);
    const without = await world.open({ database: 'ledger' });
    expect(without.defaults?.()).toBeUndefined();
  });
});
