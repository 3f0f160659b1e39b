import { reveal } from '@keyturn/core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { useServer, withServer } from '../../../store-postgres/test/support/server.ts';
import roles from '../../../issuer-planetscale/src/role/index.ts';
import {
  branches,
  branchWorld,
  untilReady,
  type BranchWorld,
} from '../../../issuer-planetscale/test/support/branches.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { as, rolesIn } from '../../../issuer-planetscale/test/support/postgres.ts';
import { GRACE, rotating } from './rotation.ts';
import { call } from '../../../issuer-planetscale/test/support/world.ts';

const OLD = {
  id: 'oldrole00000',
  database: 'ledger',
  name: 'by hand',
  password: 'pscale_pw_CANARY-old',
  inheritedRoles: ['pg_read_all_data', 'pg_write_all_data'],
  requireWhereOnDelete: 'warn',
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

const CLEAR =
  'drop table if exists orders; drop sequence if exists numbers; drop schema if exists audit; drop function if exists one';

const server = await useServer();

await withServer(async () => {
  let world: BranchWorld;
  beforeEach(async () => {
    const backend = rolesIn(server());
    onTestFinished(() => backend.replace([]));
    world = await branchWorld(
      roles,
      { database: 'ledger' },
      { orgs: branches({ roles: [OLD] }) },
      backend,
    );
  });
  const role = (id: string) => {
    const { username = '', password = '' } = world.roles().find((one) => one.id === id) ?? {};
    return { username, password };
  };
  const run = (id: string, text: string) => {
    const { username, password } = role(id);
    return as(server(), username, password, text);
  };

  describe('with a real PostgreSQL', () => {
    it('a rotation moves what the old role owns, and keeps jobs working', async () => {
      await run(OLD.id, 'create table orders (id int); insert into orders values (1)');
      const { username, password } = role(OLD.id);
      const url = `postgresql://${username}:${password}@127.0.0.1:${server().port}/postgres?sslmode=verify-full`;
      const rotation = await rotating(world, roles, { id: OLD.id, url });
      onTestFinished(rotation.close);
      expect(await rotation.jobs()).toEqual([`${OLD.id} works`]);

      const first = await rotation.during(rotation.run());
      expect(first.result.error).toBeUndefined();
      expect(first.result.outcome).toBe('grace');
      expect(first.failed).toBe(0);
      const id = first.result.current?.id ?? '';
      expect(world.roles().at(-1)).toMatchObject({
        id,
        inheritedRoles: OLD.inheritedRoles,
        requireWhereOnDelete: 'warn',
        requireWhereOnUpdate: 'off',
      });
      for (const one of [OLD.id, id]) {
        await run(one, 'insert into orders values (2)');
        expect(await run(one, 'select current_user as name')).toEqual([
          { name: role(one).username },
        ]);
      }
      await expect(run(id, 'alter table orders add column two int')).rejects.toThrow(
        'must be owner',
      );

      await world.clock.advance(GRACE + 1);
      const second = await rotation.during(rotation.run());
      expect(second.result).toMatchObject({ outcome: 'rotated', revoked: [OLD.id] });
      expect(second.failed).toBe(0);
      expect(await rotation.jobs()).toEqual([`${id} works`]);
      await expect(run(OLD.id, 'select 1')).rejects.toThrow('password authentication failed');
      await run(id, 'alter table orders add column two int');
      expect(await run(id, 'select count(*)::int as rows from orders')).toEqual([{ rows: 3 }]);
      const shown = JSON.stringify([first.result, second.result]);
      expect(shown).not.toContain(role(id).password);
      expect(shown).not.toContain('CANARY');
    });

    it('verifies by a login: a wrong password, an expired role and a dropped one are refused', async () => {
      const { issuer } = world;
      const credential = await issuer.issue({ label: 'new', permissions: [] }, call);
      await untilReady(issuer, credential.token.id);
      expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
      const { username } = role(credential.token.id);
      await server().sql(`alter role "${username}" valid until '2020-01-01'`);
      expect(await issuer.verify(credential, [], call)).toMatchObject({ ok: false });
      expect(await issuer.revoke(credential.token.id, call)).toBe('revoked');
      expect(await issuer.verify(credential, [], call)).toMatchObject({
        ok: false,
        error: { code: 'VERIFY_FAILED' },
      });
      expect(reveal(credential.fields['url'] ?? '')).toContain(
        `@127.0.0.1:${server().port}/postgres?`,
      );
    });

    it.each([
      [
        'a table',
        'create table orders (id int); grant all on orders to $OLD',
        'DELETE on public.orders, INSERT on public.orders, SELECT on public.orders and 1 more',
      ],
      [
        'a sequence',
        'create sequence numbers; grant usage on numbers to $OLD',
        'USAGE on public.numbers',
      ],
      [
        'a schema',
        'create schema audit; grant create on schema audit to $OLD',
        'CREATE on schema audit',
      ],
      [
        'a function',
        'create function one() returns int language sql return 1; revoke execute on function one from public; grant execute on function one to $OLD',
        'EXECUTE on public.one',
      ],
    ])(
      'a role that may not do what was granted to its predecessor is refused: %s',
      async (_, grants, lost) => {
        const { issuer, open } = world;
        await server().sql(grants.replace('$OLD', `"${role(OLD.id).username}"`));
        onTestFinished(async () => void (await server().sql(CLEAR)));
        const request = { label: 'new', permissions: [], like: OLD.id };
        const credential = await issuer.issue(request, call);
        await untilReady(issuer, credential.token.id);
        const result = await issuer.verify(credential, [], call);
        expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
        expect(result).toMatchObject({ error: { message: expect.stringContaining(lost) } });
        const indifferent = await open({ database: 'ledger', compareRights: false });
        const other = await indifferent.issue(request, call);
        await untilReady(issuer, other.token.id);
        expect(await indifferent.verify(other, [], call)).toEqual({ ok: true });
      },
    );

    it('a role that something depends on is not called revoked', async () => {
      await run(OLD.id, 'create table audit (id int)');
      const error = await failure(world.issuer.revoke(OLD.id, call));
      expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'unknown' });
      expect(error.message).toContain('cannot be dropped because some objects depend on it');
      await run(OLD.id, 'select 1');
      const { token } = await world.issuer.issue({ label: 'new', permissions: [] }, call);
      await untilReady(world.issuer, token.id);
      await world.issuer.retire?.(OLD.id, token.id, call);
      expect(await world.issuer.revoke(OLD.id, call)).toBe('revoked');
      expect(await world.issuer.get(OLD.id, call)).toBeUndefined();
    });
  });
});
