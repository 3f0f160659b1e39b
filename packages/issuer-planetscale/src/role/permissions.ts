import type { Permissions, StandardSchema } from '@keyturn/core';
import { isObject, type JsonObject } from '@keyturn/http';

import * as messages from '../messages.ts';

/** The roles that another can inherit. docs: API, create role credentials. */
export const inheritable = [
  'pg_checkpoint',
  'pg_create_subscription',
  'pg_maintain',
  'pg_monitor',
  'pg_read_all_data',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_signal_backend',
  'pg_stat_scan_tables',
  'pg_use_reserved_connections',
  'pg_write_all_data',
  'postgres',
] as const;

const SAFETY = ['require_where_on_delete', 'require_where_on_update'] as const;

/** How a statement without a condition is treated, if it is not simply run. */
export const strictnesses = ['warn', 'on'] as const;
export type Strictness = (typeof strictnesses)[number];

const ALL: readonly string[] = [
  ...inheritable.map((role) => `inherits=${role}`),
  'replication',
  ...SAFETY.flatMap((setting) => strictnesses.map((value) => `${setting}=${value}`)),
];

/**
 * What a role may do by what the API shows: `inherits=pg_read_all_data`, `replication`, `require_where_on_delete=warn`. Undefined if the
 * API does not show all of it, or shows what cannot be asked for. Rights that were granted by SQL are not shown.
 */
export function permissionsOf(item: JsonObject): Permissions | undefined {
  const { inherited_roles: inherited, with_replication: replication = false } = item;
  const safety = item['query_safety_settings'] ?? {};
  if (!Array.isArray(inherited) || typeof replication !== 'boolean' || !isObject(safety))
    return undefined;
  const settings = SAFETY.map((name) => [name, strictnessOf(safety[name])] as const);
  if (settings.some(([, value]) => value === undefined)) return undefined;
  const names = [
    ...inherited.map((role) => `inherits=${String(role)}`),
    ...(replication ? ['replication'] : []),
    ...settings.filter(([, value]) => value !== 'off').map(([name, value]) => `${name}=${value}`),
  ];
  return names.every((name) => ALL.includes(name)) ? [...new Set(names)].toSorted() : undefined;
}

/** The API's description has `off` and `on`, which some readers of YAML take for false and true. */
function strictnessOf(value: unknown): Strictness | 'off' | undefined {
  if (value === undefined || value === null || value === 'off' || value === false) return 'off';
  if (value === 'on' || value === true) return 'on';
  return value === 'warn' ? 'warn' : undefined;
}

/**
 * The body that asks for permissions.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for what cannot be asked for
 */
export function bodyFor(permissions: Permissions): JsonObject {
  const unknown = permissions.find((one) => !ALL.includes(one));
  if (unknown !== undefined) throw messages.branchPermissionInvalid(unknown, PERMISSION_MALFORMED);
  const inherited = permissions
    .filter((one) => one.startsWith('inherits='))
    .map((one) => one.slice('inherits='.length));
  const replication = permissions.includes('replication');
  if (replication && !inherited.includes('postgres')) throw messages.replicationAlone();
  return {
    inherited_roles: inherited,
    ...(replication && { with_replication: true }),
    ...Object.fromEntries(SAFETY.flatMap((name) => settingOf(name, permissions))),
  };
}

function settingOf(name: string, permissions: Permissions): (readonly [string, string])[] {
  const values = strictnesses.filter((value) => permissions.includes(`${name}=${value}`));
  if (values.length > 1) throw messages.branchPermissionInvalid(`${name}=on`, `set ${name} once`);
  return values.map((value) => [name, value]);
}

const PERMISSION_MALFORMED = `use inherits=pg_read_all_data (or another of ${inheritable.join(', ')}), replication, require_where_on_delete=warn or require_where_on_update=on`;

export const permissionSchema: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) =>
      typeof value === 'string' && ALL.includes(value)
        ? { value }
        : { issues: [{ message: `is not a permission of a role: ${PERMISSION_MALFORMED}` }] },
  },
};
