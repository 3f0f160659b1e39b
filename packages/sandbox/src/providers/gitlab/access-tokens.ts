import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { list, misfit, notFound, unauthorized } from './answers.ts';
import { authenticate, enterGroup, enterProject, hasLevel } from './auth.ts';
import { paramsOf, requireParams, textParam, type Params } from './params.ts';
import { rotated } from './rotation.ts';
import type { GitLabState, Group, Project } from './state.ts';
import { tokenObject } from './token-object.ts';
import { badRequest, dayParam, filtered, scopesParam } from './token-params.ts';
import {
  addToken,
  isFound,
  LEVELS,
  openResourceToken,
  tokensOf,
  type AccessToken,
} from './tokens.ts';

type Kind = 'project' | 'group';

/** docs: api/project_access_tokens and api/group_access_tokens. */
export function accessTokenRoutes(kind: Kind, path: string): Route<GitLabState>[] {
  const one = `${path}/:token`;
  return [
    { method: 'GET', path, handler: listTokens(kind) },
    { method: 'POST', path, handler: createToken(kind) },
    { method: 'GET', path: one, handler: getToken(kind) },
    { method: 'DELETE', path: one, handler: revokeToken(kind) },
    { method: 'POST', path: `${one}/rotate`, handler: rotateToken(kind) },
  ];
}

const listTokens =
  (kind: Kind): Handler<GitLabState> =>
  (call, state) => {
    const { place } = enter(kind, call, state);
    const tokens = filtered(tokensOf(place, state), call, state);
    return list(
      call,
      tokens.map((token) => tokenObject(token, state)),
    );
  };

const getToken =
  (kind: Kind): Handler<GitLabState> =>
  (call, state) => {
    const { place } = enter(kind, call, state);
    const token = tokenOf(call, place, state);
    return isFound(token, state) ? json(200, tokenObject(token, state)) : missing(token.id, place);
  };

const createToken =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const params = await paramsOf(call);
    requireParams(params, ['name', 'scopes']);
    const scopes = scopesParam(params, kind);
    const accessLevel = levelParam(params);
    const caller = authenticate(call, state);
    const place = placeOf(kind, call, state);
    // A bot cannot make another one, whatever its level: "project access tokens cannot create other tokens".
    if (caller.place !== undefined || !hasLevel(caller, place.path, LEAST[kind]))
      return badRequest(`User does not have permission to create ${kind} access token`);
    if (!hasLevel(caller, place.path, accessLevel))
      return badRequest(`Could not provision owner access to ${kind} access token`);
    const token = openResourceToken(
      {
        name: textParam(params, 'name') ?? '',
        description: textParam(params, 'description') ?? null,
        scopes,
        accessLevel,
        expiresAt: dayParam(params, state),
      },
      place,
      state,
    );
    addToken(token, state);
    return json(201, tokenObject(token, state, token.token));
  };

/** A token that was revoked before has no bot any more that could be found. */
const revokeToken =
  (kind: Kind): Handler<GitLabState> =>
  (call, state) => {
    const { place } = enter(kind, call, state);
    const token = tokenOf(call, place, state);
    if (token.revoked) return badRequest('Failed to find bot user');
    token.revoked = true;
    return empty();
  };

/** The old token ends at once. */
const rotateToken =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const { caller, place } = enter(kind, call, state);
    if (caller.place !== undefined) return unauthorized();
    return rotated(tokenOf(call, place, state), await paramsOf(call), state);
  };

const LEAST = { project: 40, group: 50 };

function enter(
  kind: Kind,
  call: Call,
  state: GitLabState,
): { readonly caller: AccessToken; readonly place: Project | Group } {
  const caller = authenticate(call, state);
  const place = placeOf(kind, call, state);
  return hasLevel(caller, place.path, LEAST[kind]) ? { caller, place } : refuse(unauthorized());
}

const placeOf = (kind: Kind, call: Call, state: GitLabState): Project | Group =>
  kind === 'project' ? enterProject(call, state) : enterGroup(call, state);

function tokenOf(call: Call, place: Project | Group, state: GitLabState): AccessToken {
  const id = param(call, 'token');
  if (!/^\d+$/.test(id)) refuse(misfit(400, 'token_id is invalid'));
  const token = tokensOf(place, state).find((one) => one.id === Number(id));
  return token ?? refuse(missing(id, place));
}

const missing = (id: string | number, { kind }: Project | Group) =>
  notFound(`Could not find ${kind} access token with token_id: ${id}`);

function levelParam(params: Params): number {
  const level = Number(params['access_level'] ?? 40);
  return LEVELS.includes(level)
    ? level
    : refuse(misfit(400, 'access_level does not have a valid value'));
}
