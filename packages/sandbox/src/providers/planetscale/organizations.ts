import { json, refuse } from '../../http/answer.ts';
import type { Handler } from '../../http/route.ts';
import { list, unauthorized } from './answers.ts';
import { belongs, enterWith, identify } from './auth.ts';
import { organizationObject } from './objects.ts';
import type { PlanetScaleState } from './state.ts';

/** Any token that works may list the organization it belongs to; a bad one gets 401 here, not 404. */
export const listOrganizations: Handler<PlanetScaleState> = (call, state) => {
  const caller = identify(call, state);
  if (caller.kind === 'unknown') return unauthorized();
  const mine = [...state.organizations.values()].filter(({ name }) => belongs(caller, name));
  return list(call, mine.map(organizationObject), false);
};

export const getOrganization: Handler<PlanetScaleState> = (call, state) => {
  const { organization } = enterWith(call, state, 'read_organization');
  return json(200, organizationObject(organization));
};

/** Knows people only: a service token gets 401. */
export const getUser: Handler<PlanetScaleState> = (call, state) => {
  const caller = identify(call, state);
  if (caller.kind !== 'login') return refuse(unauthorized());
  const { email } = caller.login;
  return json(200, { id: email, type: 'User', display_name: email, email });
};
