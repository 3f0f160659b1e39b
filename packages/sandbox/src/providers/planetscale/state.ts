import { now, randomId, randomSecret, type Runtime } from '../../runtime.ts';
import type {
  DatabaseWorld,
  OrganizationWorld,
  PlanetScaleBehaviour,
  PlanetScaleWorld,
  ServiceTokenWorld,
} from './world.ts';

export interface ServiceToken {
  readonly id: string;
  readonly name: string | null;
  readonly token: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  readonly accesses: Set<string>;
}

export interface Organization {
  readonly name: string;
  readonly tokens: Map<string, ServiceToken>;
  readonly databases: ReadonlyMap<string, Required<DatabaseWorld>>;
}

export interface Login {
  readonly token: string;
  readonly email: string;
  readonly orgs?: readonly string[];
}

/** PlanetScale while it lives. */
export interface PlanetScaleState {
  readonly runtime: Runtime;
  readonly behaviour: Required<PlanetScaleBehaviour>;
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly logins: ReadonlyMap<string, Login>;
}

export function openState(world: PlanetScaleWorld, runtime: Runtime): PlanetScaleState {
  const organizations = Object.entries(world.orgs ?? {}).map(
    ([name, organization]) => [name, openOrganization(name, organization, runtime)] as const,
  );
  return {
    runtime,
    behaviour: {
      serviceTokenGrants: 'allowed',
      grantOwnOnly: true,
      listDelayMs: 0,
      useDelayMs: 0,
      revokeDelayMs: 0,
      ...world.behaviour,
    },
    organizations: new Map(organizations),
    logins: new Map((world.logins ?? []).map((login) => [login.token, login])),
  };
}

export function closeState(state: PlanetScaleState): PlanetScaleWorld {
  const orgs = [...state.organizations.values()].map(({ name, tokens, databases }) => [
    name,
    {
      tokens: [...tokens.values()].map((token) => ({
        ...token,
        accesses: [...token.accesses].toSorted(),
      })),
      databases: [...databases.values()],
    },
  ]);
  return {
    orgs: Object.fromEntries(orgs) as Record<string, OrganizationWorld>,
    logins: [...state.logins.values()],
    behaviour: state.behaviour,
  };
}

/** Fills in what a token was not given. */
export function openToken(token: ServiceTokenWorld, runtime: Runtime): ServiceToken {
  return {
    id: token.id ?? randomId(runtime),
    name: token.name ?? null,
    token: token.token ?? `pscale_tkn_${randomSecret(runtime, 43)}`,
    createdAt: token.createdAt ?? now(runtime),
    revokedAt: token.revokedAt ?? null,
    lastUsedAt: token.lastUsedAt ?? null,
    expiresAt: token.expiresAt ?? null,
    accesses: new Set(token.accesses),
  };
}

function openOrganization(
  name: string,
  organization: OrganizationWorld,
  runtime: Runtime,
): Organization {
  const tokens = (organization.tokens ?? []).map((token) => openToken(token, runtime));
  return {
    name,
    tokens: new Map(tokens.map((token) => [token.id, token])),
    databases: new Map(
      (organization.databases ?? []).map((database) => [
        database.name,
        { branches: ['main'], ...database },
      ]),
    ),
  };
}
