import { refuse } from '../../http/answer.ts';
import { param, split, type Call } from '../../http/call.ts';
import { splitAccess } from './accesses.ts';
import { badLogin, forbidden, notFound, unauthorized } from './answers.ts';
import type { Login, Organization, PlanetScaleState, ServiceToken } from './state.ts';

/** Who makes a request. */
export type Caller =
  | { readonly kind: 'service'; readonly token: ServiceToken; readonly organization: Organization }
  | { readonly kind: 'login'; readonly login: Login }
  | { readonly kind: 'unknown' };

/**
 * Finds out who calls. The header is `<id>:<token>` without a scheme, or `Bearer` with a login token; docs:
 * api/reference/service-tokens. A service token that works is marked as used.
 */
export function identify(call: Call, state: PlanetScaleState): Caller {
  const header = call.headers.authorization;
  if (header === undefined) return refuse(unauthorized());
  if (/^bearer /i.test(header)) {
    const login = state.logins.get(header.slice(7).trim());
    return login === undefined ? refuse(badLogin()) : { kind: 'login', login };
  }
  const [id, secret] = split(header, ':');
  for (const organization of state.organizations.values()) {
    const token = organization.tokens.get(id);
    if (token === undefined || token.token !== secret || !isAlive(token, state)) continue;
    token.lastUsedAt = state.runtime.clocks.now();
    return { kind: 'service', token, organization };
  }
  return { kind: 'unknown' };
}

/** The caller and the organization of the path; 404 for a bad token and for an organization not theirs. */
export function enter(
  call: Call,
  state: PlanetScaleState,
): { caller: Caller; organization: Organization } {
  const caller = identify(call, state);
  const name = param(call, 'organization');
  const organization = state.organizations.get(name);
  if (organization === undefined || !belongs(caller, name)) return refuse(notFound());
  return { caller, organization };
}

/** As {@link enter}, with 403 for a caller that lacks an access of the organization. */
export function enterWith(
  call: Call,
  state: PlanetScaleState,
  access: string,
): { caller: Caller; organization: Organization } {
  const entered = enter(call, state);
  return may(entered.caller, access) ? entered : refuse(forbidden());
}

/** Whether the caller has an access, written as in the world: `shop/read_branch`. */
export function may(caller: Caller, access: string): boolean {
  if (caller.kind !== 'service') return caller.kind === 'login';
  const { accesses, allDatabases } = caller.token;
  const { database, access: name } = splitAccess(access);
  return accesses.has(access) || (database !== '' && allDatabases.includes(name));
}

export function belongs(caller: Caller, organization: string): boolean {
  if (caller.kind === 'login') return caller.login.orgs?.includes(organization) ?? true;
  return caller.kind === 'service' && caller.organization.name === organization;
}

/** When a token or password was created, and when it ends. */
export type Lifetime = Pick<ServiceToken, 'createdAt' | 'expiresAt' | 'revokedAt'>;

/** Whether a token is there for a change: a new one may not be found yet. */
export function isVisible(token: Lifetime, state: PlanetScaleState): boolean {
  return isThere(token, state, state.runtime.clock());
}

/** Whether a token is there for a read, which may lag behind. */
export function isShown(token: Lifetime, state: PlanetScaleState): boolean {
  return isThere(token, state, state.runtime.clocks.readTime());
}

function isThere(token: Lifetime, { behaviour }: PlanetScaleState, time: number): boolean {
  const { createdAt, revokedAt } = token;
  const isCreated = time >= Date.parse(createdAt.real) + behaviour.listDelayMs;
  return isCreated && (revokedAt === null || time < Date.parse(revokedAt));
}

export function isAlive(token: Lifetime, state: PlanetScaleState): boolean {
  const { useDelayMs, revokeDelayMs } = state.behaviour;
  const time = state.runtime.clock();
  if (time < Date.parse(token.createdAt.real) + useDelayMs) return false;
  if (token.revokedAt !== null && time >= Date.parse(token.revokedAt) + revokeDelayMs) return false;
  return token.expiresAt === null || time < Date.parse(token.expiresAt.real);
}
