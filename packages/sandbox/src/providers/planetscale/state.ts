import { createUsages, type Usage } from '../../http/usage.ts';
import { randomId, randomSecret } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import { closePassword, openPassword, type Password } from './password.ts';
import { closeRole, openRoles, type Role } from './role.ts';
import type { RoleBackend } from './role-backend.ts';
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
  readonly createdAt: Moment;
  readonly expiresAt: Moment | null;
  revokedAt: string | null;
  lastUsedAt: Moment | null;
  readonly accesses: Set<string>;
  readonly allDatabases: readonly string[];
}

export interface Organization {
  readonly name: string;
  readonly tokens: Map<string, ServiceToken>;
  readonly databases: ReadonlyMap<string, Database>;
  readonly passwords: Map<string, Password>;
  readonly roles: Map<string, Role>;
}

export interface Database extends DatabaseWorld {
  readonly branches: string[];
}

export interface Login {
  readonly token: string;
  readonly email: string;
  readonly orgs?: readonly string[];
}

/** PlanetScale while it lives. */
export interface PlanetScaleState {
  readonly runtime: ProviderRuntime;
  readonly behaviour: PlanetScaleBehaviour & Required<Omit<PlanetScaleBehaviour, 'rateLimit'>>;
  /** Requests of the running minute. */
  readonly usage: (key: string) => Usage;
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly logins: ReadonlyMap<string, Login>;
  /** Where roles are really made. */
  readonly roles: RoleBackend;
  /** What was begun with them last. */
  roleWork: Promise<void>;
}

export function openState(world: PlanetScaleWorld, runtime: ProviderRuntime): PlanetScaleState {
  const organizations = Object.entries(world.orgs ?? {}).map(
    ([name, organization]) => [name, openOrganization(name, organization, runtime)] as const,
  );
  return {
    runtime,
    usage: createUsages(runtime.clock, 60_000),
    roles: runtime.roles,
    roleWork: Promise.resolve(),
    behaviour: {
      serviceTokenGrants: 'allowed',
      grantOwnOnly: true,
      listDelayMs: 0,
      useDelayMs: 0,
      revokeDelayMs: 0,
      branchAccesses: 'strict',
      renewedSecret: 'kept',
      rolesReadyAfterLooks: 1,
      rolesDropAfterLooks: 1,
      droppedRoles: 'shown',
      dropsFail: false,
      writersSelect: 'denied',
      ...world.behaviour,
    },
    organizations: new Map(organizations),
    logins: new Map((world.logins ?? []).map((login) => [login.token, login])),
  };
}

export function closeState(state: PlanetScaleState): PlanetScaleWorld {
  const orgs = [...state.organizations.values()].map((one) => [
    one.name,
    {
      tokens: [...one.tokens.values()].map(({ allDatabases, ...token }) => ({
        ...token,
        createdAt: token.createdAt.real,
        expiresAt: token.expiresAt?.real ?? null,
        lastUsedAt: token.lastUsedAt?.real ?? null,
        accesses: [...token.accesses].toSorted(),
        ...(allDatabases.length > 0 && { allDatabases }),
      })),
      databases: [...one.databases.values()],
      passwords: [...one.passwords.values()].map(closePassword),
      roles: [...one.roles.values()].map(closeRole),
    },
  ]);
  return {
    orgs: Object.fromEntries(orgs) as Record<string, OrganizationWorld>,
    logins: [...state.logins.values()],
    behaviour: state.behaviour,
  };
}

/** Fills in what a token was not given. */
export function openToken(token: ServiceTokenWorld, runtime: ProviderRuntime): ServiceToken {
  const { clocks } = runtime;
  const moment = (time: string | null | undefined): Moment | null =>
    typeof time === 'string' ? clocks.at(time) : null;
  return {
    id: token.id ?? randomId(runtime),
    name: token.name ?? null,
    token: token.token ?? `pscale_tkn_${randomSecret(runtime, 43)}`,
    createdAt: moment(token.createdAt) ?? clocks.now(),
    revokedAt: token.revokedAt ?? null,
    lastUsedAt: moment(token.lastUsedAt),
    expiresAt: moment(token.expiresAt),
    accesses: new Set(token.accesses),
    allDatabases: token.allDatabases ?? [],
  };
}

function openOrganization(
  name: string,
  organization: OrganizationWorld,
  runtime: ProviderRuntime,
): Organization {
  const tokens = (organization.tokens ?? []).map((token) => openToken(token, runtime));
  const passwords = (organization.passwords ?? []).map((one) => openPassword(one, runtime));
  return {
    name,
    roles: openRoles(organization, runtime),
    passwords: new Map(passwords.map((password) => [password.id, password])),
    tokens: new Map(tokens.map((token) => [token.id, token])),
    databases: new Map(
      (organization.databases ?? []).map((database) => [
        database.name,
        { ...database, branches: [...(database.branches ?? ['main'])] },
      ]),
    ),
  };
}
