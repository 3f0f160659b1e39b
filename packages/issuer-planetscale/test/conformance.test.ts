import { runIssuerConformance, type IssuerFixture } from '@keyturn/core/testing';
import type { PlanetScaleWorld, ServiceTokenWorld } from '@keyturn/sandbox';
import { test } from 'vitest';

import planetscale from '../src/index.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { acme, ADMIN, openWorld } from './support/world.ts';

const LOGIN = 'pscale_oauth_CANARY-login';
/** Acts in another organization as {@link ADMIN} does in acme. */
const STRANGER = { ...ADMIN, id: 'stranger0000', token: 'pscale_tkn_CANARY-stranger' };
const umbrella = { umbrella: { tokens: [STRANGER] } };
const PAST = '2026-01-01T00:00:00.000Z';
const ada = { token: LOGIN, email: 'ada@acme.example' };
const dead = { ...ADMIN, revokedAt: PAST };
const asLogin = {
  PLANETSCALE_SERVICE_TOKEN_ID: undefined,
  PLANETSCALE_SERVICE_TOKEN: undefined,
  PLANETSCALE_API_TOKEN: LOGIN,
};

interface Acting {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The world in which the issuer may do nothing any more; acme has these tokens beside its own. */
  readonly denied: (tokens: readonly ServiceTokenWorld[]) => PlanetScaleWorld;
}

/** PlanetScale refuses each of them in another way: 401, 403, or a 404 of one meaning or the other. */
const acting: Readonly<Record<string, Acting>> = {
  'a service token that is deleted': {
    env: {},
    denied: (tokens) => ({ orgs: acme(dead, tokens) }),
  },
  'a service token that loses its accesses': {
    env: {},
    denied: (tokens) => ({ orgs: acme({ ...ADMIN, accesses: [] }, tokens) }),
  },
  'a service token of another organization': {
    env: {},
    denied: (tokens) => ({ orgs: { ...acme(dead, tokens), umbrella: { tokens: [ADMIN] } } }),
  },
  'a login that expires': {
    env: asLogin,
    denied: (tokens) => ({ orgs: acme(ADMIN, tokens) }),
  },
  'a login that leaves the organization': {
    env: asLogin,
    denied: (tokens) => ({
      orgs: { ...acme(ADMIN, tokens), umbrella: {} },
      logins: [{ ...ada, orgs: ['umbrella'] }],
    }),
  },
};

for (const [name, how] of Object.entries(acting))
  await runIssuerConformance(name, () => fixture(how), { test });

async function fixture({ env, denied }: Acting): Promise<IssuerFixture> {
  const world = await openWorld({ orgs: { ...acme(), ...umbrella }, logins: [ada] });
  const other = contextOf({
    ...world.env,
    PLANETSCALE_ORG: 'umbrella',
    PLANETSCALE_SERVICE_TOKEN_ID: STRANGER.id,
    PLANETSCALE_SERVICE_TOKEN: STRANGER.token,
    ...env,
  });
  Object.assign(world.env, env);
  // What the issuer acts as may be taken from it, and is none of its work.
  const others = (): ServiceTokenWorld[] => world.tokens().filter(({ id }) => id !== ADMIN.id);
  return {
    issuer: world.issuer,
    permissions: ['shop/read_branch', 'read_organization'],
    unknownId: 'never0000000',
    ttl: 3_600_000,
    tokens: () =>
      others()
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ id = '', name, accesses = [] }) => {
          return { id, label: name ?? '', permissions: accesses };
        }),
    async seedMany(count) {
      const seeded = Array.from({ length: count }, (_, i) => ({
        id: `seeded${String(i).padStart(6, '0')}`,
        label: `seeded-${i}`,
      }));
      const made = seeded.map(({ id, label }) => ({ id, name: label }));
      await world.seed({ orgs: acme(ADMIN, [...others(), ...made]), logins: [ada] });
      return seeded;
    },
    deny: () => world.seed(denied(others())),
    credential: env === asLogin ? LOGIN : ADMIN.token,
    stall: () => world.fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () => world.fault({ method: 'POST', times: 1, action: { dropResponse: true } }),
    requests: async () =>
      (await world.requests()).map(({ method, path }) => ({
        route: `${method} ${path}`,
        changes: method !== 'GET',
      })),
    elsewhere: () => planetscale.open(undefined, other.context),
    async close() {
      await other.close();
      await world.close();
    },
  };
}
