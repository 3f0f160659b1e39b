import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call, type JsonObject } from '../../http/call.ts';
import type { Handler } from '../../http/route.ts';
import { bodyOf, list, notFound, unprocessable } from './answers.ts';
import { enterWith, isShown, isVisible } from './auth.ts';
import { accessObjects, tokenObject } from './objects.ts';
import { openToken, type Organization, type PlanetScaleState, type ServiceToken } from './state.ts';
import { expiryOf } from './ttl.ts';

/** Oldest first, so that a token created last is on the last page. */
export const listTokens: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'read_service_tokens');
  const visible = [...organization.tokens.values()].filter((token) => isShown(token, state));
  return list(
    call,
    visible.map((token) => tokenObject(token, state.runtime.clocks)),
  );
};

/** The new token may do nothing until it is granted something. */
export const createToken: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'write_service_tokens');
  const body = bodyOf(call);
  // One moment for both: a token lives exactly as long as was asked.
  const { clocks } = state.runtime;
  const createdAt = clocks.now().real;
  const { expiresAt } = expiryOf(body, createdAt);
  const token = openToken({ name: nameOf(body), createdAt, expiresAt }, state.runtime);
  organization.tokens.set(token.id, token);
  return json(200, { ...tokenObject(token, clocks, token.token), service_token_accesses: [] });
};

export const getToken: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'read_service_tokens');
  const token = organization.tokens.get(param(call, 'id'));
  if (token === undefined || !isShown(token, state)) return notFound();
  return json(200, {
    ...tokenObject(token, state.runtime.clocks),
    service_token_accesses: accessObjects(token, organization),
  });
};

export const deleteToken: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'delete_service_tokens');
  tokenOf(call, organization, state).revokedAt = state.runtime.clocks.now().real;
  return empty();
};

/** The token of the path. Callers without the access never get here, so 404 means that there is none. */
export function tokenOf(
  call: Call,
  organization: Organization,
  state: PlanetScaleState,
): ServiceToken {
  const token = organization.tokens.get(param(call, 'id'));
  return token !== undefined && isVisible(token, state) ? token : refuse(notFound());
}

function nameOf({ name = null }: JsonObject): string | null {
  if (name === null || typeof name === 'string') return name;
  return refuse(unprocessable('name is not a string'));
}
