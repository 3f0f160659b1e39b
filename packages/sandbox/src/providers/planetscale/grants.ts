import { empty, refuse, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { Handler } from '../../http/route.ts';
import { isAccess, joinAccess } from './accesses.ts';
import { bodyOf, failure, forbidden, list, notFound, unprocessable, wholeList } from './answers.ts';
import { enterWith, may, type Caller } from './auth.ts';
import { accessObjects, grantObjects } from './objects.ts';
import type { Organization, PlanetScaleState, ServiceToken } from './state.ts';
import { tokenOf } from './tokens.ts';

// The access endpoints are published by their clients alone (planetscale-go, service_tokens.go), not by the API's
// own description. What is not known of them is a switch of the world's behaviour.

export const listAccesses: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'read_service_tokens');
  return list(call, accessObjects(tokenOf(call, organization, state), organization), false);
};

export const listGrants: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'read_service_tokens');
  return wholeList(grantObjects(tokenOf(call, organization, state), organization));
};

/** Adds accesses and answers all that the token has now. */
export const addAccesses: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization, token, accesses } = enterToChange(call, state);
  const own = !state.behaviour.grantOwnOnly || accesses.every((access) => may(caller, access));
  if (!own) return refuse(notYours());
  for (const access of accesses) token.accesses.add(access);
  return wholeList(accessObjects(token, organization));
};

export const removeAccesses: Handler<PlanetScaleState> = (call, state) => {
  const { token, accesses } = enterToChange(call, state);
  for (const access of accesses) token.accesses.delete(access);
  return empty();
};

interface Change {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly token: ServiceToken;
  readonly accesses: readonly string[];
}

function enterToChange(call: Call, state: PlanetScaleState): Change {
  const { caller, organization } = enterWith(call, state, 'write_service_tokens');
  if (caller.kind === 'service' && state.behaviour.serviceTokenGrants === 'refused')
    return refuse(forbidden());
  const token = tokenOf(call, organization, state);
  return { caller, organization, token, accesses: accessesOf(call, organization) };
}

/** `{"database": "shop", "access": ["read_branch"]}`; an empty database means the organization. */
function accessesOf(call: Call, organization: Organization): string[] {
  const { database, access } = bodyOf(call);
  if (typeof database !== 'string') return refuse(unprocessable('database is not a string'));
  if (!Array.isArray(access) || access.length === 0)
    return refuse(unprocessable('access is not a list of names'));
  if (database !== '' && !organization.databases.has(database)) return refuse(notFound());
  return access.map((name: unknown) =>
    typeof name === 'string' && isAccess(name, database)
      ? joinAccess(database, name)
      : refuse(unprocessable('access has a name that is not valid')),
  );
}

/** docs: concepts/service-tokens: an access can be added only by somebody who has it. */
const notYours = (): Answer =>
  failure(403, 'forbidden', 'You can only add accesses that you are authorized for yourself');
