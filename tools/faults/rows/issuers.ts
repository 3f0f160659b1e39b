import type { Aim } from '../trial.ts';
import type { Row } from '../row.ts';

const MAKE = 'after a create without an answer';

/** One request of an issuer. */
const rowFor =
  (provider: Row['provider'], issuer: string) =>
  (request: string, purpose: Row['purpose'], aim: Row['aim'], more: Partial<Row> = {}): Row => ({
    provider,
    issuer,
    request,
    purpose,
    aim,
    ...more,
  });

/** What happens once, or always, to another request of the same run. */
const beside = (provider: string, aim: Row['aim'], act: Aim['act'], times?: number): Aim => ({
  provider,
  ...aim,
  act,
  ...(times !== undefined && { times }),
});

const OLD_PASSWORD = 'cishoppw5t7b';
const PASSWORDS = '/v1/organizations/acme/databases/shop/branches/main/passwords';
const passwords = {
  check: { method: 'GET', path: new RegExp(`^${PASSWORDS}\\?page=1&per_page=1$`) },
  list: { method: 'GET', path: new RegExp(`^${PASSWORDS}\\?(?!page=1&per_page=1$)`) },
  old: { method: 'GET', path: new RegExp(`^${PASSWORDS}/${OLD_PASSWORD}$`) },
  create: { method: 'POST', path: new RegExp(`^${PASSWORDS}$`) },
  query: { method: 'POST', path: /\/Execute$/ },
  fresh: { method: 'GET', path: new RegExp(`^${PASSWORDS}/(?!${OLD_PASSWORD})\\w+$`) },
  end: { method: 'DELETE', path: new RegExp(`^${PASSWORDS}/${OLD_PASSWORD}$`) },
} as const;
const password = rowFor('planetscale', 'planetscale-password');

const passwordRows: readonly Row[] = [
  password('GET passwords, one', 'look', passwords.check),
  password('GET passwords/{password to be replaced}', 'look', passwords.old),
  password('POST passwords', 'create', passwords.create, { short: true }),
  password(`GET passwords, ${MAKE}`, 'look-up', passwords.list, {
    beside: [beside('planetscale', passwords.create, { type: 'lost' }, 1)],
  }),
  password('POST Execute, as the new password', 'prove', passwords.query, {
    server: 'planetscaleQuery',
  }),
  password('GET passwords/{new password}', 'prove', passwords.fresh),
  password('DELETE passwords/{replaced password}', 'revoke', passwords.end),
  password('GET passwords, after a 404 to a revocation', 'revoke', passwords.list, {
    beside: [beside('planetscale', passwords.end, { type: 'status', status: 404 })],
  }),
];

const OLD_ROLE = 'cileddb4k8mz';
const ROLES = '/v1/organizations/acme/databases/ledger/branches/main/roles';
const roles = {
  check: { method: 'GET', path: new RegExp(`^${ROLES}\\?page=1&per_page=1$`) },
  list: { method: 'GET', path: new RegExp(`^${ROLES}\\?(?!page=1&per_page=1$)`) },
  old: { method: 'GET', path: new RegExp(`^${ROLES}/${OLD_ROLE}$`) },
  create: { method: 'POST', path: new RegExp(`^${ROLES}$`) },
  fresh: { method: 'GET', path: new RegExp(`^${ROLES}/(?!${OLD_ROLE})\\w+$`) },
  reassign: { method: 'POST', path: new RegExp(`^${ROLES}/${OLD_ROLE}/reassign$`) },
  end: { method: 'DELETE', path: new RegExp(`^${ROLES}/${OLD_ROLE}$`) },
} as const;
const role = rowFor('planetscale', 'planetscale-role');

const roleRows: readonly Row[] = [
  role('GET roles, one', 'look', roles.check),
  role('GET roles/{role to be replaced}', 'look', roles.old),
  role('POST roles', 'create', roles.create),
  role(`GET roles, ${MAKE}`, 'look-up', roles.list, {
    beside: [beside('planetscale', roles.create, { type: 'lost' }, 1)],
  }),
  role('GET roles/{new role}', 'prove', roles.fresh),
  role('POST roles/{replaced role}/reassign', 'revoke', roles.reassign),
  role('DELETE roles/{replaced role}', 'revoke', roles.end),
  role('GET roles/{replaced role}, until it is dropped', 'revoke', { ...roles.old, after: 3 }),
  role('GET roles, after a 404 to a revocation', 'revoke', roles.list, {
    beside: [beside('planetscale', roles.end, { type: 'status', status: 404 })],
  }),
];

const TOKENS = '/api/v4/projects/acme%2Finfra/access_tokens';
const OLD_TOKEN = '812';
const acting = /^Bearer glpat-[0-9a-f]{20}$/;
const fresh = /^Bearer (?!glpat-[0-9a-f]{20}$)/;
const tokens = {
  self: { method: 'GET', path: /\/personal_access_tokens\/self$/, as: acting },
  list: { method: 'GET', path: new RegExp(`^${TOKENS}\\?`) },
  old: { method: 'GET', path: new RegExp(`^${TOKENS}/${OLD_TOKEN}$`) },
  create: { method: 'POST', path: new RegExp(`^${TOKENS}$`) },
  prove: { method: 'GET', path: /\/personal_access_tokens\/self$/, as: fresh },
  fresh: { method: 'GET', path: new RegExp(`^${TOKENS}/(?!${OLD_TOKEN}$)\\d+$`) },
  end: { method: 'DELETE', path: new RegExp(`^${TOKENS}/${OLD_TOKEN}$`) },
} as const;
const token = rowFor('gitlab', 'gitlab-token');

const tokenRows: readonly Row[] = [
  token('GET /personal_access_tokens/self, of the acting token', 'look', tokens.self),
  token('GET /projects/{id}/access_tokens/{token to be replaced}', 'look', tokens.old),
  token('POST /projects/{id}/access_tokens', 'create', tokens.create),
  token(
    `GET /projects/{id}/access_tokens, ${MAKE}`,
    'look-up',
    { ...tokens.list, path: new RegExp(`^${TOKENS}\\?.*search=keyturn-`) },
    {
      beside: [beside('gitlab', tokens.create, { type: 'lost' }, 1)],
    },
  ),
  token('GET /personal_access_tokens/self, as the new token', 'prove', tokens.prove),
  token('GET /projects/{id}/access_tokens/{new token}', 'prove', tokens.fresh),
  token('DELETE /projects/{id}/access_tokens/{replaced token}', 'revoke', tokens.end),
];

const post = (action: string, more: object = {}): Row['aim'] => ({
  method: 'POST',
  path: /^\/$/,
  body: new RegExp(`^Action=${action}&`),
  ...more,
});
const key = rowFor('aws', 'aws-iam');

const keyRows: readonly Row[] = [
  key('GetCallerIdentity, of the acting key', 'look', post('GetCallerIdentity', { times: 5 })),
  key('ListAccessKeys', 'look', post('ListAccessKeys')),
  key('GetAccessKeyLastUsed', 'look', post('GetAccessKeyLastUsed')),
  key('CreateAccessKey', 'create', post('CreateAccessKey')),
  key(`ListAccessKeys, ${MAKE}`, 'look-up', post('ListAccessKeys', { after: 3 }), {
    beside: [beside('aws', post('CreateAccessKey'), { type: 'lost' }, 1)],
  }),
  key('GetCallerIdentity, as the new key', 'prove', post('GetCallerIdentity', { after: 1 })),
  key('DeleteAccessKey', 'revoke', post('DeleteAccessKey'), { short: true }),
  key(
    'ListAccessKeys, after a 404 to a revocation',
    'revoke',
    post('ListAccessKeys', { after: 3 }),
    {
      beside: [beside('aws', post('DeleteAccessKey'), { type: 'status', status: 404 })],
    },
  ),
];

/** Every request of the issuers of other credentials than service tokens. */
export const issuerRows: readonly Row[] = [...passwordRows, ...roleRows, ...tokenRows, ...keyRows];
