import type { Aim } from '../trial.ts';
import type { Row } from '../row.ts';
import { ADMIN, OLD } from '../world.ts';

const TOKENS = '/v1/organizations/acme/service-tokens';
const asAdmin = new RegExp(`^${ADMIN}:`);
const asNew = new RegExp(`^(?!${ADMIN}:)`);
const provider = 'planetscale' as const;
const call = { signal: new AbortController().signal };
const at = (path: string, rest = ''): RegExp => new RegExp(`^${path}${rest}`);

const lostCreate: Aim = {
  provider,
  method: 'POST',
  path: at(TOKENS, '$'),
  times: 1,
  act: { type: 'lost' },
};
const refused = (method: string, path: RegExp, status: number): Aim => ({
  provider,
  method,
  path,
  act: { type: 'status', status },
});

/** Every request of the issuer. */
export const planetscaleRows: readonly Row[] = [
  {
    provider,
    request: 'GET service-tokens/{acting token}',
    purpose: 'look',
    aim: { method: 'GET', path: at(TOKENS, `/${ADMIN}$`) },
    short: true,
  },
  {
    provider,
    request: 'GET service-tokens/{token to be replaced}',
    purpose: 'look',
    aim: { method: 'GET', path: at(TOKENS, `/${OLD}$`) },
  },
  {
    provider,
    request: 'GET organizations, after a 403 to the first request',
    purpose: 'look',
    aim: { method: 'GET', path: at('/v1/organizations\\?'), as: asAdmin },
    beside: [refused('GET', at(TOKENS, `/${ADMIN}$`), 403)],
  },
  {
    provider,
    request: 'POST service-tokens',
    purpose: 'create',
    aim: { method: 'POST', path: at(TOKENS, '$') },
    short: true,
  },
  {
    provider,
    request: 'GET service-tokens, after a create without an answer',
    purpose: 'look-up',
    aim: { method: 'GET', path: at(TOKENS, '\\?') },
    beside: [lostCreate],
    short: true,
  },
  {
    provider,
    request: 'POST service-tokens/{new token}/access',
    purpose: 'prove',
    aim: { method: 'POST', path: /\/access$/ },
    short: true,
  },
  {
    provider,
    request: 'GET service-tokens/{new token}',
    purpose: 'prove',
    aim: { method: 'GET', path: at(TOKENS, `/(?!${OLD}|${ADMIN})\\w+$`) },
    short: true,
  },
  {
    provider,
    request: 'GET organizations, as the new token',
    purpose: 'prove',
    aim: { method: 'GET', path: at('/v1/organizations\\?'), as: asNew },
    short: true,
  },
  {
    provider,
    request: 'DELETE service-tokens/{replaced token}',
    purpose: 'revoke',
    aim: { method: 'DELETE', path: at(TOKENS, `/${OLD}$`) },
    short: true,
  },
  {
    provider,
    request: 'GET service-tokens, after a 404 to a revocation',
    purpose: 'revoke',
    aim: { method: 'GET', path: at(TOKENS, '\\?') },
    beside: [refused('DELETE', at(TOKENS, `/${OLD}$`), 404)],
  },
  {
    provider,
    request: 'GET service-tokens, for a list',
    purpose: 'read',
    aim: { method: 'GET', path: at(TOKENS, '\\?') },
    call: (trial, aims) =>
      trial.with(aims, async ({ issuer }) => {
        for await (const token of issuer.list(call)) void token;
      }),
  },
  {
    provider,
    request: 'DELETE service-tokens/{id}/access',
    purpose: 'change',
    aim: { method: 'DELETE', path: /\/access$/ },
    call: (trial, aims) =>
      trial.with(aims, ({ issuer }) => issuer.ungrant(OLD, ['shop/read_branch'], call)),
  },
];
