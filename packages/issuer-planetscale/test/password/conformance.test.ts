import { runIssuerConformance, type IssuerFixture } from '@keyturn/core/testing';
import type { PlanetScalePasswordWorld, ServiceTokenWorld } from '@keyturn/sandbox';
import { test } from 'vitest';

import passwords from '../../src/password/index.ts';
import { branches, MANAGER, openBranches } from '../support/branches.ts';

const options = { database: 'shop', role: 'writer' };
const dead = { ...MANAGER, revokedAt: '2026-01-01T00:00:00.000Z' };

/** PlanetScale refuses each of them in another way. */
const denials: Readonly<Record<string, ServiceTokenWorld>> = {
  'a service token that is deleted': dead,
  'a service token that loses its accesses': { ...MANAGER, accesses: [] },
};

for (const [name, denied] of Object.entries(denials))
  await runIssuerConformance(name, () => fixture(denied), { test });

async function fixture(denied: ServiceTokenWorld): Promise<IssuerFixture> {
  const world = await openBranches(passwords, options);
  const own = (): readonly PlanetScalePasswordWorld[] =>
    world.passwords().filter(({ branch }) => branch === 'main');
  return {
    issuer: world.issuer,
    permissions: ['role=reader', 'cidr=127.0.0.0/8'],
    unknownId: 'never0000000',
    ttl: 3_600_000,
    tokens: () =>
      own()
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ id = '', name = '', role, cidrs }) => ({
          id,
          label: name,
          permissions: [...(cidrs ?? []).map((range) => `cidr=${range}`), `role=${role}`],
        })),
    async seedMany(count) {
      const seeded = Array.from({ length: count }, (_, i) => ({
        id: `seeded${String(i).padStart(6, '0')}`,
        label: `seeded-${i}`,
      }));
      const made = seeded.map(({ id, label: name }) => ({ database: 'shop', id, name }));
      const held = { passwords: [...world.passwords(), ...made] };
      await world.seed({ orgs: branches(held) });
      return seeded;
    },
    deny: () => world.seed({ orgs: branches({ passwords: world.passwords() }, denied) }),
    credential: MANAGER.token,
    stall: () => world.fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () =>
      world.fault({ method: 'POST', path: 'passwords', times: 1, action: { dropResponse: true } }),
    requests: async () =>
      (await world.requests()).map(({ method, path }) => ({
        route: `${method} ${path}`,
        changes: method !== 'GET' && !path.endsWith('/Execute'),
      })),
    elsewhere: () => world.open({ ...options, branch: 'dev' }),
    close: world.close,
  };
}
