import { defineIssuer, type IssuerBackend, type Permissions } from '@keyturn/core';
import * as v from 'valibot';

import { check, find, list } from '../branch/list.ts';
import { branchEntries } from '../branch/option-entries.ts';
import { branchFrom, type BranchOptions } from '../branch/options.ts';
import { leaks, settings } from '../branch/settings.ts';
import { credentials } from '../check.ts';
import { account, environment } from '../environment.ts';
import { hazards } from '../messages.ts';
import { names } from './names.ts';
import { inheritable, permissionSchema, strictnesses, type Strictness } from './permissions.ts';
import { get, issue, ready, retire, revoke, type RoleBranch } from './roles.ts';
import { verify } from './verify.ts';
import { rates } from '../rates.ts';

/** The options next to `kind: planetscale-role` in the configuration. */
export interface RoleOptions extends BranchOptions {
  /** What a first role inherits; later ones are like their predecessors. @default nothing */
  readonly inheritedRoles?: readonly (typeof inheritable)[number][] | undefined;
  /** Whether a first role may replicate. It has to inherit `postgres`. @default false */
  readonly replication?: boolean | undefined;
  /** How a first role's DELETE without a condition is treated. @default it is run */
  readonly requireWhereOnDelete?: Strictness | undefined;
  /** How a first role's UPDATE without a condition is treated. @default it is run */
  readonly requireWhereOnUpdate?: Strictness | undefined;
  /** Whether a new role is refused if its predecessor may do more in the database, such as by a GRANT. @default true */
  readonly compareRights?: boolean | undefined;
  /** The port in the URL: 6432 for PgBouncer. @default 5432 */
  readonly port?: number | undefined;
}

/**
 * User-defined roles of a branch of a Postgres database. Before an old one is deleted, what it owns is given to its successor.
 *
 * Acts with the same credentials as the kind `planetscale`.
 */
export const roleIssuer = defineIssuer<RoleOptions>({
  kind: 'planetscale-role',
  options: v.optional(
    v.strictObject({
      ...branchEntries,
      inheritedRoles: v.optional(v.array(v.picklist(inheritable))),
      replication: v.optional(v.boolean()),
      requireWhereOnDelete: v.optional(v.picklist(strictnesses)),
      requireWhereOnUpdate: v.optional(v.picklist(strictnesses)),
      compareRights: v.optional(v.boolean()),
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
    }),
    {},
  ),
  env: environment(
    'them',
    'read_branch, create_production_branch_password and delete_production_branch_password for the database (for a development branch create_branch_password and delete_branch_password)',
  ),
  rates,
  names,
  fields: {
    id: 'public',
    username: 'public',
    password: 'secret',
    host: 'public',
    database: 'public',
    url: 'secret',
  },
  permission: permissionSchema,
  hazards,
  account,
  settings,
  leaks,
  connect(options, context) {
    const branch = {
      ...branchFrom(options, 'role', context),
      port: options.port ?? 5432,
      usual: usualOf(options),
      predecessors: new Map<string, string>(),
      comparesRights: options.compareRights ?? true,
    };
    return backendOf(branch, context.env);
  },
});

function backendOf(branch: RoleBranch, env: Parameters<typeof credentials>[1]): IssuerBackend {
  const { api } = branch;
  return {
    id: api.id,
    server: api.server,
    supports: {
      permissions: 'issue',
      find: 'label',
      overlap: true,
      lastUsed: false,
      expiry: 'second',
    },
    ...(branch.usual.length > 0 && { defaults: () => branch.usual }),
    check: (call) => check(branch, call),
    credentials: (call) => credentials(api, env, call),
    list: (call) => list(branch, call),
    get: (id, call) => get(branch, id, call),
    issue: (request, call) => issue(branch, request, call),
    find: (label, call) => find(branch, label, call),
    ready: (id, call) => ready(branch, id, call),
    verify: (credential, expected, call) => verify(branch, credential, expected, call),
    retire: (id, successor, call) => retire(branch, id, successor, call),
    revoke: (id, call) => revoke(branch, id, call),
  };
}

function usualOf(options: RoleOptions): Permissions {
  const { inheritedRoles = [], replication, requireWhereOnDelete, requireWhereOnUpdate } = options;
  return [
    ...inheritedRoles.map((role) => `inherits=${role}`),
    ...(replication === true ? ['replication'] : []),
    ...(requireWhereOnDelete === undefined
      ? []
      : [`require_where_on_delete=${requireWhereOnDelete}`]),
    ...(requireWhereOnUpdate === undefined
      ? []
      : [`require_where_on_update=${requireWhereOnUpdate}`]),
  ];
}
