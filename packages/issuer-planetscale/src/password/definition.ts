import { defineIssuer, type IssuerBackend, type IssuerCost, type Permissions } from '@keyturn/core';
import * as v from 'valibot';

import { check, find, list } from '../branch/list.ts';
import { branchEntries } from '../branch/option-entries.ts';
import { branchFrom, type Branch, type BranchOptions } from '../branch/options.ts';
import { leaks, settings } from '../branch/settings.ts';
import { credentials } from '../check.ts';
import { account, environment } from '../environment.ts';
import * as messages from '../messages.ts';
import { names } from './names.ts';
import { get, issue, revoke } from './passwords.ts';
import {
  isRange,
  limitsIn,
  permissionSchema,
  permissionsFor,
  roles,
  type PasswordRole,
} from './permissions.ts';
import { verify } from './verify.ts';
import { rates } from '../rates.ts';

/** The options next to `kind: planetscale-password` in the configuration. */
export interface PasswordOptions extends BranchOptions {
  /** What a first password may do; later ones are like their predecessors. */
  readonly role?: PasswordRole | undefined;
  /** Whether a first password is for replicas. @default false */
  readonly replica?: boolean | undefined;
  /** The addresses that a first password can be used from. @default all */
  readonly cidrs?: readonly string[] | undefined;
}

/**
 * Passwords of a branch of a Vitess database. A new one may do what it is created for: this cannot be changed later.
 *
 * Acts with the same credentials as the kind `planetscale`.
 */
export const passwordIssuer = defineIssuer<PasswordOptions>({
  kind: 'planetscale-password',
  options: v.optional(
    v.strictObject({
      ...branchEntries,
      role: v.optional(v.picklist(roles)),
      replica: v.optional(v.boolean()),
      cidrs: v.optional(
        v.array(
          v.pipe(
            v.string(),
            v.check((text: string) => isRange(text), messages.CIDR_INVALID),
          ),
        ),
      ),
    }),
    {},
  ),
  env: environment(
    'them',
    'read_branch, connect_production_branch and delete_production_branch_password for the database (for a development branch connect_branch and delete_branch_password)',
  ),
  rates,
  names,
  fields: { id: 'public', username: 'public', password: 'secret', host: 'public', url: 'secret' },
  permission: permissionSchema,
  account,
  settings,
  leaks,
  connect: (options, context) =>
    backendOf(branchFrom(options, 'password', context), usualOf(options), context.env),
});

const ONE = { inRow: 1, inAll: 1 };

function cost(permissions: Permissions): IssuerCost {
  const inRegion = limitsIn(permissions).region !== undefined;
  return {
    issue: inRegion ? { inRow: 2, inAll: 2 } : ONE,
    grant: ONE,
    // A password is read with the regions that there are.
    verify: permissions.length > 0 ? { inRow: 2, inAll: 3 } : ONE,
    revoke: ONE,
  };
}

function backendOf(
  branch: Branch,
  usual: Permissions,
  env: Parameters<typeof credentials>[1],
): IssuerBackend {
  const { api } = branch;
  return {
    id: api.id,
    server: api.server,
    supports: {
      permissions: 'issue',
      find: 'label',
      overlap: true,
      lastUsed: true,
      expiry: 'second',
    },
    ...(usual.length > 0 && { defaults: () => usual }),
    check: (call) => check(branch, call),
    credentials: (call) => credentials(api, env, call),
    list: (call) => list(branch, call),
    get: (id, call) => get(branch, id, call),
    issue: (request, call) => issue(branch, usual, request, call),
    find: (label, call) => find(branch, label, call),
    cost,
    verify: (credential, expected, call) => verify(branch, credential, expected, call),
    revoke: (id, call) => revoke(branch, id, call),
  };
}

/** What the options give a first password; nothing without a role, so that none gets the most by default. */
function usualOf({ role, replica = false, cidrs = [] }: PasswordOptions): Permissions {
  if (role === undefined) return [];
  return permissionsFor({ role, replica, cidrs, directVtgate: false, region: undefined });
}
