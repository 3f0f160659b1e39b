import {
  runIssuerConformance,
  type IssuerFixture,
  type ProviderToken,
} from '@keyturn/core/testing';
import type { GitLabWorld } from '@keyturn/sandbox';
import { test } from 'vitest';

import { ADMIN, openWorld, type Tokens } from './support/world.ts';

const DAY = 86_400_000;
const LEVELS: Readonly<Record<number, string>> = { 10: 'guest', 20: 'reporter', 40: 'maintainer' };
const places = {
  'acme/infra': { id: 11 },
  'umbrella/web': { id: 12 },
  groups: { acme: { id: 13 }, umbrella: { id: 14 } },
} as const;
const everywhere = { acme: 'owner', umbrella: 'owner' } as const;
type Seeded = { readonly id: number; readonly name: string };

interface Kind {
  readonly options: object;
  /** Undefined for a user's: an administrator sees everybody's. */
  readonly elsewhere: object | undefined;
  readonly permissions: readonly [string, string];
  readonly acting: Tokens[number];
  /** The token may do nothing there any more. */
  readonly denied: Tokens[number];
  /** The tokens of the place in a world. */
  readonly of: (world: GitLabWorld) => readonly TokenOf[];
  readonly with: (world: GitLabWorld, tokens: readonly TokenOf[]) => GitLabWorld;
}
interface TokenOf {
  readonly id?: number;
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly accessLevel?: number;
  readonly revoked?: boolean;
}

const acting = { token: ADMIN, id: 7, name: 'acting', roles: everywhere };
const inProject: Pick<Kind, 'of' | 'with' | 'options' | 'elsewhere' | 'permissions' | 'acting'> = {
  options: { project: 'acme/infra', accessLevel: 'guest' },
  elsewhere: { project: 'umbrella/web', accessLevel: 'guest' },
  permissions: ['scope=read_api', 'access_level=reporter'],
  acting,
  of: (world) => world['acme/infra']?.accessTokens ?? [],
  with: (world, accessTokens) =>
    ({ ...world, 'acme/infra': { ...world['acme/infra'], accessTokens } }) as GitLabWorld,
};
const inGroup = {
  ...inProject,
  options: { group: 'acme', accessLevel: 'guest' },
  elsewhere: { group: 'umbrella', accessLevel: 'guest' },
  of: (world: GitLabWorld) => world.groups?.['acme']?.accessTokens ?? [],
  with: (world: GitLabWorld, accessTokens: readonly TokenOf[]) =>
    ({
      ...world,
      groups: { ...world.groups, acme: { ...world.groups?.['acme'], accessTokens } },
    }) as GitLabWorld,
};
const ofUser: Kind = {
  options: { personal: true },
  elsewhere: undefined,
  permissions: ['scope=read_api', 'scope=read_repository'],
  acting: { token: ADMIN, id: 7, name: 'acting', admin: true, userId: 1 },
  denied: { token: ADMIN, id: 7, name: 'acting', admin: true, userId: 1, revoked: true },
  of: ({ tokens = [] }) => tokens.filter(({ token, userId }) => userId === 1 && token !== ADMIN),
  with: (world, tokens) => {
    const others = (world.tokens ?? []).filter(
      ({ token, userId }) => userId !== 1 || token === ADMIN,
    );
    const made = tokens.map((token) => ({ userId: 1, ...token, token: secretOf(token) }));
    return { ...world, tokens: [...others, ...made] };
  },
};

const secretOf = (token: TokenOf): string =>
  'token' in token ? String(token.token) : `glpat-CANARYseeded${token.id}`;

const kinds: Readonly<Record<string, Kind>> = {
  'a project, where the acting token is revoked': {
    ...inProject,
    denied: { ...acting, revoked: true },
  },
  'a project, where its role becomes too low': {
    ...inProject,
    denied: { ...acting, roles: { acme: 'developer' } },
  },
  'a project, which it does not see any more': {
    ...inProject,
    denied: { ...acting, roles: { umbrella: 'owner' } },
  },
  'a group, where its role becomes too low': {
    ...inGroup,
    denied: { ...acting, roles: { acme: 'maintainer' } },
  },
  'a user, where the acting token is revoked': ofUser,
};

for (const [name, kind] of Object.entries(kinds))
  await runIssuerConformance(`tokens of ${name}`, () => fixture(kind), { test });

async function fixture(kind: Kind): Promise<IssuerFixture> {
  const others: Tokens = [{ token: 'glpat-CANARYuser2', id: 8, userId: 2, name: 'somebody-else' }];
  const tokens = [kind.acting, ...others];
  const world = await openWorld({ ...places, tokens }, kind.options);
  const state = (): GitLabWorld => world.sandbox.state().gitlab ?? {};
  return {
    issuer: world.issuer,
    permissions: kind.permissions,
    unknownId: '4242424',
    ttl: 30 * DAY,
    tokens: () =>
      kind
        .of(state())
        .filter(({ revoked }) => revoked !== true)
        .map(({ id, name = '', scopes = [], accessLevel }): ProviderToken => ({
          id: `${id}`,
          label: name,
          permissions: [
            ...scopes.map((scope) => `scope=${scope}`),
            ...(kind === ofUser ? [] : [`access_level=${LEVELS[accessLevel ?? 40]}`]),
          ],
        })),
    async seedMany(count) {
      const seeded = Array.from({ length: count }, (_, i): Seeded => ({
        id: 50_000 + i,
        name: `seeded-${i}`,
      }));
      await world.seed(kind.with(state(), [...kind.of(state()), ...seeded]));
      return seeded.map(({ id, name }) => ({ id: `${id}`, label: name }));
    },
    deny: () =>
      world.seed({
        ...state(),
        tokens: [kind.denied, ...(state().tokens ?? []).filter(({ token }) => token !== ADMIN)],
      }),
    credential: ADMIN,
    stall: () => world.fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () => world.fault({ method: 'POST', times: 1, action: { dropResponse: true } }),
    requests: async () =>
      (await world.requests()).map(({ method, path }) => ({
        route: `${method} ${path}`,
        changes: method !== 'GET',
      })),
    ...(kind.elsewhere !== undefined && { elsewhere: () => world.open(kind.elsewhere) }),
    close: () => world.close(),
  };
}
