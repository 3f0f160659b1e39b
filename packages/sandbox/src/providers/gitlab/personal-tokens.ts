import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { failure, forbidden, list, misfit, notFound, unauthorized } from './answers.ts';
import { authenticate, bearerOf } from './auth.ts';
import { paramsOf, requireParams, textParam } from './params.ts';
import { rotated } from './rotation.ts';
import type { GitLabState } from './state.ts';
import { tokenObject } from './token-object.ts';
import { badRequest, dayParam, filtered, scopesParam } from './token-params.ts';
import { addToken, newToken, openPersonal, revokeFamily, type AccessToken } from './tokens.ts';

/** Administrators see the tokens of all users, others their own. OAuth tokens are not listed. */
const listTokens: Handler<GitLabState> = (call, state) => {
  const caller = authenticate(call, state);
  const users = call.query.get('user_id');
  if (!caller.admin && users !== null && users !== String(caller.userId)) return unauthorized();
  const tokens = [...state.tokens.values()].filter((one) => isTheirs(one, caller));
  return list(
    call,
    filtered(tokens, call, state).map((token) => tokenObject(token, state)),
  );
};

const getToken: Handler<GitLabState> = (call, state) =>
  json(200, tokenObject(tokenOf(call, state).token, state));

/** docs: any token may look at itself and end itself, whatever its scopes. */
const getSelf: Handler<GitLabState> = (call, state) =>
  json(200, tokenObject(self(call, state), state));

const revokeSelf: Handler<GitLabState> = (call, state) => {
  self(call, state).revoked = true;
  return empty();
};

const revokeToken: Handler<GitLabState> = (call, state) => {
  const { token } = tokenOf(call, state);
  if (token.revoked) return badRequest('token already revoked');
  token.revoked = true;
  return empty();
};

const rotateToken: Handler<GitLabState> = async (call, state) => {
  const { token, caller } = tokenOf(call, state);
  if (caller.place !== undefined) return unauthorized();
  return rotated(token, await paramsOf(call), state);
};

/** A token that has ended and is rotated again was stolen: its family ends, too. */
const rotateSelf: Handler<GitLabState> = async (call, state) => {
  const known = state.tokens.get(bearerOf(call)?.value ?? '');
  if (known?.revoked === true) revokeFamily(known, state);
  const token = authenticate(call, state, ['api', 'self_rotate']);
  if (token.kind === 'oauth') return failure(400, '400 Bad request');
  return rotated(token, await paramsOf(call), state);
};

/** docs: api/user_tokens: only administrators make tokens for others. */
const createForUser: Handler<GitLabState> = async (call, state) => {
  const caller = authenticate(call, state);
  if (!caller.admin) return forbidden();
  const userId = Number(param(call, 'user'));
  if (!Number.isSafeInteger(userId)) return misfit(400, 'user_id is invalid');
  const owner = [...state.tokens.values()].find((one) => one.userId === userId);
  if (owner === undefined || owner.place !== undefined) return notFound('User');
  return created(call, state, owner);
};

async function created(call: Call, state: GitLabState, owner: AccessToken) {
  const params = await paramsOf(call);
  requireParams(params, ['name', 'scopes']);
  const id = state.nextTokenId();
  const { roles, admin, userId } = owner;
  const token = openPersonal(
    {
      id,
      token: newToken(state.runtime),
      name: textParam(params, 'name') ?? '',
      description: textParam(params, 'description') ?? null,
      scopes: scopesParam(params, 'personal'),
      userId,
      admin,
      ...(roles !== undefined && { roles }),
      expiresAt: dayParam(params, state),
    },
    id,
    state.runtime,
  );
  return json(201, tokenObject(addToken(token, state), state, token.token));
}

function self(call: Call, state: GitLabState): AccessToken {
  const token = authenticate(call, state, 'any');
  return token.kind === 'oauth' ? refuse(failure(400, '400 Bad request')) : token;
}

const isTheirs = (one: AccessToken, caller: AccessToken): boolean =>
  one.kind !== 'oauth' && (caller.admin || one.userId === caller.userId);

/** Only administrators are told that there is no such token. */
function tokenOf(
  call: Call,
  state: GitLabState,
): { readonly caller: AccessToken; readonly token: AccessToken } {
  const caller = authenticate(call, state);
  const id = Number(param(call, 'token'));
  const token = [...state.tokens.values()].find((one) => one.id === id && isTheirs(one, caller));
  if (token === undefined) return refuse(caller.admin ? notFound('') : unauthorized());
  return { caller, token };
}

const root = '/personal_access_tokens';

export const personalTokenRoutes: readonly Route<GitLabState>[] = [
  { method: 'GET', path: root, handler: listTokens },
  { method: 'GET', path: `${root}/self`, handler: getSelf },
  { method: 'DELETE', path: `${root}/self`, handler: revokeSelf },
  { method: 'POST', path: `${root}/self/rotate`, handler: rotateSelf },
  { method: 'GET', path: `${root}/:token`, handler: getToken },
  { method: 'DELETE', path: `${root}/:token`, handler: revokeToken },
  { method: 'POST', path: `${root}/:token/rotate`, handler: rotateToken },
  { method: 'POST', path: '/users/:user/personal_access_tokens', handler: createForUser },
];
