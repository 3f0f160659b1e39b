import { refuse } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { failure, misfit } from './answers.ts';
import { booleanParam, textParam, type Params } from './params.ts';
import type { GitLabState } from './state.ts';
import { isActive, isFound, type AccessToken } from './tokens.ts';

const DAY = 86_400_000;
/** docs: user/settings/account_and_limit_settings, "Limit the lifetime of access tokens". */
const LONGEST_DAYS = 365;

/** docs: user/project/settings/project_access_tokens, "Scopes". */
const SCOPES =
  `api read_api create_runner manage_runner ai_features k8s_proxy self_rotate read_registry
  write_registry read_virtual_registry write_virtual_registry read_repository write_repository`.split(
    /\s+/,
  );
const PERSONAL = [...SCOPES, 'read_user', 'sudo', 'admin_mode', 'read_service_ping'];

/** An error of a service, as GitLab's API words it. */
export const badRequest = (reason: string) => failure(400, `400 Bad request - ${reason}`);

export function scopesParam(params: Params, kind: AccessToken['kind']): readonly string[] {
  const scopes = params['scopes'];
  const known = kind === 'personal' ? PERSONAL : SCOPES;
  const list = typeof scopes === 'string' ? scopes.split(',') : scopes;
  if (!Array.isArray(list) || list.some((one) => !known.includes(one as string)))
    return refuse(misfit(400, 'scopes does not have a valid value'));
  return list.length > 0 ? (list as string[]) : refuse(badRequest("Scopes can't be blank"));
}

/** The last day, within the longest lifetime; that if nothing is given, unless another number of days is usual. */
export function dayParam(params: Params, state: GitLabState, usualDays = LONGEST_DAYS): string {
  const now = state.runtime.clock();
  const dayAfter = (days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);
  const text = textParam(params, 'expires_at');
  if (text === undefined) return dayAfter(usualDays);
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  if (day === undefined || Number.isNaN(Date.parse(day)))
    return refuse(misfit(400, 'expires_at is invalid'));
  const latest = dayAfter(LONGEST_DAYS);
  if (day > latest) return refuse(badRequest(`Expires at must be before ${latest}`));
  return day > dayAfter(0) ? day : refuse(badRequest('Expires at must be in the future'));
}

/** What the filters of a list leave, in its order. docs: api/project_access_tokens, "List". */
export function filtered(
  tokens: readonly AccessToken[],
  { query }: Call,
  state: GitLabState,
): AccessToken[] {
  const params = Object.fromEntries(query);
  const revoked = booleanParam(params, 'revoked');
  const wanted = query.get('state');
  if (wanted !== null && wanted !== 'active' && wanted !== 'inactive')
    refuse(misfit(400, 'state does not have a valid value'));
  const search = query.get('search')?.toLowerCase() ?? '';
  const users = query.get('user_id');
  const times = TIMES.flatMap(([name, read]) => {
    const text = query.get(name);
    return text === null ? [] : [{ isAfter: name.endsWith('after'), at: Date.parse(text), read }];
  });
  const fitting = tokens.filter(
    (one) =>
      isFound(one, state) &&
      one.name.toLowerCase().includes(search) &&
      (revoked === undefined || one.revoked === revoked) &&
      (wanted === null || isActive(one, state) === (wanted === 'active')) &&
      (users === null || String(one.userId) === users) &&
      times.every(({ isAfter, at, read }) => {
        const time = Date.parse(read(one) ?? '');
        return isAfter ? time >= at : time < at;
      }),
  );
  return sorted(fitting, query.get('sort') ?? 'created_desc');
}

const TIMES: readonly [string, (token: AccessToken) => string | null][] = [
  ['created_after', ({ createdAt }) => createdAt.shown],
  ['created_before', ({ createdAt }) => createdAt.shown],
  ['last_used_after', ({ lastUsedAt }) => lastUsedAt?.shown ?? null],
  ['last_used_before', ({ lastUsedAt }) => lastUsedAt?.shown ?? null],
  ['expires_after', ({ expiresAt }) => expiresAt],
  ['expires_before', ({ expiresAt }) => expiresAt],
];

function sorted(tokens: readonly AccessToken[], order: string): AccessToken[] {
  const [, field = '', direction] =
    /^(created|expires|last_used|name)_(asc|desc)$/.exec(order) ?? [];
  if (direction === undefined) refuse(misfit(400, 'sort does not have a valid value'));
  const read = (token: AccessToken): string => {
    if (field === 'name') return token.name;
    if (field === 'created') return token.createdAt.real;
    return (field === 'expires' ? token.expiresAt : token.lastUsedAt?.real) ?? '';
  };
  const sign = direction === 'asc' ? 1 : -1;
  return tokens.toSorted((a, b) => {
    const [x, y] = [read(a), read(b)];
    return sign * (x === y ? a.id - b.id : x < y ? -1 : 1);
  });
}
