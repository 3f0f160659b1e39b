import { runIssuerConformance, type IssuerFixture } from '@keyturn/core/testing';
import type { ServiceTokenWorld } from '@keyturn/sandbox';
import { test } from 'vitest';

import roles from '../../src/role/index.ts';
import { branches, MANAGER, openBranches } from '../support/branches.ts';

const options = { database: 'ledger' };
const dead = { ...MANAGER, revokedAt: '2026-01-01T00:00:00.000Z' };

const denials: Readonly<Record<string, ServiceTokenWorld>> = {
  'a service token that is deleted': dead,
  'a service token that loses its accesses': { ...MANAGER, accesses: [] },
};

for (const [name, denied] of Object.entries(denials))
  await runIssuerConformance(name, () => fixture(denied), { test });
await runIssuerConformance(
  'roles that take long',
  () => fixture(dead, { rolesReadyAfterLooks: 3, rolesDropAfterLooks: 6, droppedRoles: 'gone' }),
  { test },
);

async function fixture(denied: ServiceTokenWorld, behaviour: object = {}): Promise<IssuerFixture> {
  const world = await openBranches(roles, options, { behaviour });
  return {
    issuer: world.issuer,
    permissions: ['inherits=pg_read_all_data', 'require_where_on_delete=warn'],
    unknownId: 'never0000000',
    ttl: 3_600_000,
    tokens: () =>
      world
        .roles()
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ id = '', name = '', inheritedRoles = [], requireWhereOnDelete = 'off' }) => ({
          id,
          label: name,
          permissions: [
            ...inheritedRoles.map((role) => `inherits=${role}`),
            ...(requireWhereOnDelete === 'off'
              ? []
              : [`require_where_on_delete=${requireWhereOnDelete}`]),
          ],
        })),
    async seedMany(count) {
      const seeded = Array.from({ length: count }, (_, i) => ({
        id: `seeded${String(i).padStart(6, '0')}`,
        label: `seeded-${i}`,
      }));
      const made = seeded.map(({ id, label: name }) => ({ database: 'ledger', id, name }));
      await world.seed({ orgs: branches({ roles: [...world.roles(), ...made] }), behaviour });
      return seeded;
    },
    deny: () => world.seed({ orgs: branches({ roles: world.roles() }, denied), behaviour }),
    credential: MANAGER.token,
    stall: () => world.fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () =>
      world.fault({ method: 'POST', path: 'roles', times: 1, action: { dropResponse: true } }),
    requests: async () =>
      (await world.requests()).map(({ method, path }) => ({
        route: `${method} ${path}`,
        changes: !['GET', 'LOGIN'].includes(method),
      })),
    elsewhere: () => world.open({ ...options, branch: 'dev' }),
    close: world.close,
  };
}
