import type { Credential, Providers } from './credential.ts';

const organization = (sandbox: Providers) => sandbox.state().planetscale?.orgs?.['acme'];

export const serviceToken: Credential = {
  kind: 'planetscale',
  issuer: { kind: 'planetscale', org: 'acme' },
  layouts: ['pair', 'joined', 'file', 'slots'],
  names(layout) {
    if (layout === 'joined') return { joined: 'PLANETSCALE_CREDENTIAL' };
    const pair = { id: 'PLANETSCALE_SERVICE_TOKEN_ID', token: 'PLANETSCALE_SERVICE_TOKEN' };
    if (layout === 'file') return { ...pair, file: 'PLANETSCALE_ENV' };
    return layout === 'slots' ? { ...pair, slot: 'PLANETSCALE_SLOT' } : pair;
  },
  old: 'ci-github',
  labels: true,
  disables: false,
  tokens: (sandbox) =>
    (organization(sandbox)?.tokens ?? []).map(
      ({ id = '', name, token = '', accesses = [], revokedAt = null }) => ({
        id,
        label: name ?? '',
        secret: token,
        fields: { id, token, joined: `${id}:${token}` },
        permissions: accesses,
        exists: revokedAt === null,
        works: revokedAt === null,
      }),
    ),
};

const parts = {
  host: 'DATABASE_HOST',
  username: 'DATABASE_USERNAME',
  password: 'DATABASE_PASSWORD',
};
const url = { url: 'DATABASE_URL' };

/** What a person would have stored by hand. */
function fieldsOf(
  scheme: 'mysql' | 'postgresql',
  username: string,
  password: string,
  server: string,
) {
  const { host } = new URL(server);
  const rest = scheme === 'mysql' ? 'shop?sslaccept=strict' : 'postgres?sslmode=verify-full';
  return { host, username, password, url: `${scheme}://${username}:${password}@${host}/${rest}` };
}
const more = { file: { file: 'DATABASE_ENV' }, slots: { slot: 'DATABASE_SLOT' } };

export const password: Credential = {
  kind: 'planetscale-password',
  issuer: { kind: 'planetscale-password', org: 'acme', database: 'shop' },
  layouts: ['pair', 'file', 'slots'],
  names(layout) {
    if (layout === 'file') return { ...url, ...more.file };
    return layout === 'slots' ? { ...parts, ...more.slots } : url;
  },
  old: 'ci-shop',
  labels: true,
  disables: false,
  tokens: (sandbox) =>
    (organization(sandbox)?.passwords ?? []).map(
      ({ id = '', name = '', username = '', password: secret = '', revokedAt = null, ...one }) => ({
        id,
        label: name,
        secret,
        fields: fieldsOf('mysql', username, secret, sandbox.urls.planetscaleQuery),
        permissions: [`role=${one.role}`],
        exists: revokedAt === null,
        works: revokedAt === null,
        expiresAt: one.expiresAt ?? undefined,
      }),
    ),
};

/** Longer than a run waits for the end of a role. */
const MANY_LOOKS = 14;

export const role: Credential = {
  kind: 'planetscale-role',
  issuer: { kind: 'planetscale-role', org: 'acme', database: 'ledger' },
  layouts: ['pair', 'file', 'slots'],
  names(layout) {
    return layout === 'file' || layout === 'slots' ? { ...url, ...more[layout] } : parts;
  },
  old: 'ci-ledger',
  labels: true,
  disables: false,
  tokens: (sandbox) =>
    (organization(sandbox)?.roles ?? [])
      .filter((one) => one.default !== true)
      .map(
        ({
          id = '',
          name = '',
          username = '',
          password: secret = '',
          revokedAt = null,
          ...one
        }) => ({
          id,
          label: name,
          secret,
          fields: fieldsOf('postgresql', username, secret, sandbox.urls.planetscalePostgres),
          permissions: (one.inheritedRoles ?? []).map((each) => `inherits=${each}`),
          exists: revokedAt === null,
          works: revokedAt === null,
          expiresAt: one.expiresAt ?? undefined,
        }),
      ),
  prepare: (world, slow) => ({
    ...world,
    planetscale: {
      ...world.planetscale,
      behaviour: { rolesReadyAfterLooks: 2, rolesDropAfterLooks: slow ? MANY_LOOKS : 2 },
    },
  }),
};
