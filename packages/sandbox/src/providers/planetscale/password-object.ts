import type { Clocks } from '../clocks.ts';
import { ACTOR, branchId, isProduction, REGION } from './objects.ts';
import type { Password } from './password.ts';

/** A password as the API shows it: the secret only in the answer that created it. */
export function passwordObject(
  password: Password,
  { clocks, clock, host }: { clocks: Clocks; clock: () => number; host: string },
  secret: string | null = null,
): object {
  const { id, name, role, branch, expiresAt, ttl, replica, directVtgate } = password;
  return {
    id,
    type: 'Password',
    name,
    role,
    cidrs: password.cidrs,
    ...clocks.stamps({
      created_at: password.createdAt,
      deleted_at: null,
      expires_at: expiresAt,
      last_used_at: password.lastUsedAt,
    }),
    expired: expiresAt !== null && clock() >= Date.parse(expiresAt.real),
    direct_vtgate: directVtgate,
    direct_vtgate_addresses: directVtgate ? [host] : [],
    ttl_seconds: ttl,
    access_host_url: host,
    access_host_regional_url: host,
    access_host_regional_urls: [],
    actor: ACTOR,
    region: REGION,
    username: password.username,
    plain_text: secret,
    replica,
    renewable: ttl !== null,
    database_branch: {
      id: branchId(password.database, branch),
      type: 'Branch',
      name: branch,
      production: isProduction(branch),
      mysql_edge_address: host,
      private_edge_connectivity: false,
    },
  };
}
