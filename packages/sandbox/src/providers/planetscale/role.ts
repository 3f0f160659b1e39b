import { randomId } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import { branchId } from './objects.ts';
import { newPassword } from './password.ts';
import type { DatabaseRole } from './role-backend.ts';
import type { OrganizationWorld, RoleWorld, Safety } from './world.ts';

/** A Postgres role while it lives. */
export interface Role {
  readonly database: string;
  branch: string;
  readonly id: string;
  name: string;
  readonly baseUsername: string;
  readonly username: string;
  password: string;
  readonly isDefault: boolean;
  readonly inheritedRoles: readonly string[];
  readonly withReplication: boolean;
  requireWhereOnDelete: Safety;
  requireWhereOnUpdate: Safety;
  readonly ttl: number | null;
  readonly createdAt: Moment;
  updatedAt: Moment;
  expiresAt: Moment | null;
  ready: boolean;
  /** How often it was looked at since it was created or deleted. */
  looks: number;
  deletedAt: Moment | null;
  /** When it was dropped. */
  revokedAt: string | null;
  dropFailed: string | null;
  /** The tables that it owns, where no real server knows them. */
  owns: readonly string[];
}

/** Fills in what a role was not given. */
export function openRole(given: RoleWorld, runtime: ProviderRuntime): Role {
  const { clocks } = runtime;
  const moment = (time: string | null | undefined): Moment | null =>
    typeof time === 'string' ? clocks.at(time) : null;
  const { database, branch = 'main', default: isDefault = false } = given;
  const id = given.id ?? randomId(runtime);
  const baseUsername =
    given.baseUsername ?? (isDefault ? 'postgres' : `pscale_api_${randomId(runtime)}`);
  const createdAt = moment(given.createdAt) ?? clocks.now();
  return {
    database,
    branch,
    id,
    name: given.name ?? (isDefault ? 'postgres' : `role-${id}`),
    baseUsername,
    username: `${baseUsername}.${branchId(database, branch)}`,
    password: given.password ?? newPassword(runtime),
    isDefault,
    inheritedRoles: given.inheritedRoles ?? (isDefault ? ['postgres'] : []),
    withReplication: given.withReplication ?? false,
    requireWhereOnDelete: given.requireWhereOnDelete ?? 'off',
    requireWhereOnUpdate: given.requireWhereOnUpdate ?? 'off',
    ttl: given.ttl ?? null,
    createdAt,
    updatedAt: createdAt,
    expiresAt: moment(given.expiresAt),
    ready: given.ready ?? true,
    looks: 0,
    deletedAt: moment(given.deletedAt),
    revokedAt: given.revokedAt ?? null,
    dropFailed: given.dropFailed ?? null,
    owns: given.owns ?? [],
  };
}

/** The roles of an organization: every branch of a Postgres database has a default one. */
export function openRoles(
  { roles = [], databases = [] }: OrganizationWorld,
  runtime: ProviderRuntime,
): Map<string, Role> {
  const opened = roles.map((role) => openRole(role, runtime));
  for (const { name, branches = ['main'], kind } of databases) {
    if (kind !== 'postgresql') continue;
    for (const branch of branches) {
      const isHere = (one: Role): boolean => one.database === name && one.branch === branch;
      if (!opened.some((one) => isHere(one) && one.isDefault))
        opened.push(openRole({ database: name, branch, default: true }, runtime));
    }
  }
  return new Map(opened.map((role) => [role.id, role]));
}

export const closeRole = ({
  isDefault,
  looks: _looks,
  updatedAt: _updatedAt,
  ...role
}: Role): RoleWorld => ({
  ...role,
  default: isDefault,
  createdAt: role.createdAt.real,
  expiresAt: role.expiresAt?.real ?? null,
  deletedAt: role.deletedAt?.real ?? null,
});

/** The role as a server has it. */
export const databaseRole = (role: Role): DatabaseRole => ({
  username: role.username,
  baseUsername: role.baseUsername,
  password: role.password,
  inheritedRoles: role.inheritedRoles,
  withReplication: role.withReplication,
  validUntil: role.expiresAt?.real ?? null,
});

/** Whether a server has it. */
export const isMade = ({ ready, revokedAt }: Role): boolean => ready && revokedAt === null;
