import { hexadecimal } from '../../plaintext.ts';
import type { Clocks } from '../clocks.ts';
import { splitAccess } from './accesses.ts';
import type { Organization, ServiceToken } from './state.ts';

export const FOUNDED = '2021-01-14T10:19:23.000Z';
const idOf = (name: string): string => hexadecimal(name, 12);

/** An organization as the API shows it, with the billing data that no log should hold. */
export const organizationObject = ({ name, databases }: Organization): object => ({
  id: idOf(`organization ${name}`),
  type: 'Organization',
  name,
  billing_email: `billing@${name}.example`,
  created_at: FOUNDED,
  updated_at: FOUNDED,
  plan: 'scaler_pro',
  valid_billing_info: true,
  sso: false,
  sso_directory: false,
  single_tenancy: false,
  managed_tenancy: false,
  has_past_due_invoices: false,
  database_count: databases.size,
  sso_portal_url: null,
  features: {},
  idp_managed_roles: false,
  invoice_budget_amount: '1000.0',
  keyspace_shard_limit: 8,
  has_card: true,
  payment_info_required: false,
});

/** A token as the API shows it: the secret only in the answer that created it. */
export const tokenObject = (
  token: ServiceToken,
  { stamps }: Clocks,
  secret: string | null = null,
): object => ({
  id: token.id,
  type: 'ServiceToken',
  name: token.name,
  display_name: token.name ?? token.id,
  token: secret,
  plain_text_refresh_token: null,
  avatar_url: 'https://app.planetscale.com/gravatar-fallback.png',
  ...stamps({
    created_at: token.createdAt,
    updated_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  }),
  actor_id: null,
  actor_display_name: null,
  actor_type: null,
});

/** The accesses of a token, as `service_token_accesses` and `/access` show them. */
export function accessObjects(token: ServiceToken, organization: Organization): object[] {
  return [...token.accesses].map((joined) => {
    const { access, ...resource } = resourceOf(joined, organization);
    return {
      id: idOf(`${token.id} ${joined}`),
      type: `${resource.type}Access`,
      access,
      description: describe(access),
      resource_name: resource.name,
      resource_id: resource.id,
      resource_type: resource.type,
      resource: { ...resource, created_at: FOUNDED, updated_at: FOUNDED, deleted_at: null },
    };
  });
}

/** The accesses of a token by resource, as `/grants` shows them. */
export function grantObjects(token: ServiceToken, organization: Organization): object[] {
  const accesses = [...token.accesses].map((joined) => resourceOf(joined, organization));
  const resources = new Map(accesses.map((resource) => [resource.id, resource]));
  return [...resources.values()].map(({ id, type, name }) => ({
    id,
    type: 'ServiceTokenGrant',
    resource_name: name,
    resource_type: type,
    resource_id: id,
    accesses: accesses
      .filter((one) => one.id === id)
      .map(({ access }) => ({ access, description: describe(access) })),
  }));
}

export const ACTOR = {
  id: idOf('actor'),
  type: 'User',
  display_name: 'Ada',
  avatar_url: 'https://app.planetscale.com/gravatar-fallback.png',
} as const;

export const REGION = {
  id: idOf('region'),
  type: 'Region',
  provider: 'AWS',
  enabled: true,
  public_ip_addresses: [],
  display_name: 'AWS us-east-1',
  location: 'Ashburn, Virginia',
  slug: 'us-east',
  current_default: true,
  mysql_supported: true,
  postgresql_supported: true,
} as const;

export const databaseObject = (name: string, organization: Organization): object => ({
  id: idOf(`database ${organization.name} ${name}`),
  type: 'Database',
  name,
  kind: organization.databases.get(name)?.kind ?? 'mysql',
  state: 'ready',
  default_branch: 'main',
  created_at: FOUNDED,
  updated_at: FOUNDED,
});

export const branchId = (database: string, name: string): string =>
  idOf(`branch ${database} ${name}`);

export const isProduction = (branch: string): boolean => branch === 'main';

export const branchObject = (database: string, name: string): object => ({
  id: branchId(database, name),
  type: 'Branch',
  name,
  production: isProduction(name),
  ready: true,
  created_at: FOUNDED,
  updated_at: FOUNDED,
});

function resourceOf(
  joined: string,
  { name }: Organization,
): { id: string; type: string; name: string; access: string } {
  const { database, access } = splitAccess(joined);
  return database === ''
    ? { id: idOf(`organization ${name}`), type: 'Organization', name, access }
    : { id: idOf(`database ${name} ${database}`), type: 'Database', name: database, access };
}

const describe = (access: string): string => access.replaceAll('_', ' ');
