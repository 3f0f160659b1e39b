import { refuse } from '../../http/answer.ts';
import type { JsonObject } from '../../http/call.ts';
import { unprocessable } from './answers.ts';
import type { Role } from './role.ts';
import type { Safety } from './world.ts';

const INHERITABLE = `pg_checkpoint pg_create_subscription pg_maintain pg_monitor pg_read_all_data
  pg_read_all_settings pg_read_all_stats pg_signal_backend pg_stat_scan_tables
  pg_use_reserved_connections pg_write_all_data postgres`.split(/\s+/);

const READING = ['pg_read_all_data', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_monitor'];

/** What a new role inherits, and whether it replicates. */
export function rightsOf(body: JsonObject): Pick<Role, 'inheritedRoles' | 'withReplication'> {
  const { inherited_roles: inherited = [], with_replication: withReplication = false } = body;
  if (
    !Array.isArray(inherited) ||
    inherited.some((one) => !INHERITABLE.includes(one as string)) ||
    new Set(inherited).size !== inherited.length
  )
    return refuse(unprocessable('inherited_roles has a role that cannot be inherited'));
  if (typeof withReplication !== 'boolean')
    return refuse(unprocessable('with_replication is not a boolean'));
  if (withReplication && !inherited.includes('postgres'))
    return refuse(unprocessable('with_replication requires the inherited role postgres'));
  return { inheritedRoles: inherited as string[], withReplication };
}

/** Its name and what it may not do without a condition: all that can be changed. */
export function changesOf(
  body: JsonObject,
): Partial<Pick<Role, 'name' | 'requireWhereOnDelete' | 'requireWhereOnUpdate'>> {
  const { name, require_where_on_delete: onDelete, require_where_on_update: onUpdate } = body;
  if (name !== undefined && name !== null && typeof name !== 'string')
    return refuse(unprocessable('name is not a string'));
  return {
    ...(typeof name === 'string' && { name }),
    ...(onDelete !== undefined && { requireWhereOnDelete: safetyOf(onDelete) }),
    ...(onUpdate !== undefined && { requireWhereOnUpdate: safetyOf(onUpdate) }),
  };
}

/** Whether a role can only read. */
export const isReadOnly = ({ inheritedRoles }: Pick<Role, 'inheritedRoles'>): boolean =>
  inheritedRoles.length > 0 && inheritedRoles.every((one) => READING.includes(one));

/** The API's description has off, warn and on; written down carelessly, the outer two become booleans. */
function safetyOf(given: unknown): Safety {
  if (given === false || given === 'false' || given === 'off') return 'off';
  if (given === true || given === 'true' || given === 'on') return 'on';
  return given === 'warn' ? 'warn' : refuse(unprocessable('require_where must be off, warn or on'));
}
