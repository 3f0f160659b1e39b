import { hexadecimal } from '../../plaintext.ts';
import type { ProviderRuntime } from '../clocks.ts';
import { ACTOR, branchId, FOUNDED } from './objects.ts';
import type { Role } from './role.ts';

/** A role as the API shows it: the secret only in the answer that made it. */
export function roleObject(
  role: Role,
  { clocks, clock }: ProviderRuntime,
  host: string,
  secret: string | null = null,
): object {
  const { expiresAt, revokedAt } = role;
  return {
    id: role.id,
    type: 'PostgresRole',
    name: role.name,
    access_host_url: host,
    private_access_host_url: `private.${host}`,
    private_connection_service_name: `com.amazonaws.vpce.us-east-1.vpce-svc-${hexadecimal('vpce', 17)}`,
    username: role.username,
    base_username: role.baseUsername,
    password: secret,
    database_name: 'postgres',
    ...clocks.stamps({
      created_at: role.createdAt,
      updated_at: role.updatedAt,
      deleted_at: role.deletedAt,
      expires_at: expiresAt,
      dropped_at: revokedAt === null ? null : clocks.at(revokedAt),
      disabled_at: null,
    }),
    drop_failed: role.dropFailed,
    ready: role.ready,
    expired: expiresAt !== null && clock() >= Date.parse(expiresAt.real),
    default: role.isDefault,
    ttl: role.ttl,
    inherited_roles: role.inheritedRoles,
    with_replication: role.withReplication,
    branch: {
      id: branchId(role.database, role.branch),
      type: 'Branch',
      name: role.branch,
      created_at: FOUNDED,
      updated_at: FOUNDED,
      deleted_at: null,
    },
    actor: ACTOR,
    query_safety_settings: {
      require_where_on_delete: role.requireWhereOnDelete,
      require_where_on_update: role.requireWhereOnUpdate,
    },
  };
}
