import { json, refuse } from '../../http/answer.ts';
import { isObject, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { TimedMap } from '../timed-map.ts';
import { bodyOf, failure, forbidden, list, noSuch, textField } from './answers.ts';
import { belongs, enterContext, identifyForContexts } from './auth.ts';
import { listedVariables } from './context-variables.ts';
import { listedRestrictions } from './restrictions.ts';
import { canonicalSlug } from './slug.ts';
import { randomUuid, type CircleCiState, type Context, type Organization } from './state.ts';

/** `name` is no part of CircleCI's own description; its command line sends it. */
const listContexts: Handler<CircleCiState> = (call, state) => {
  const { query } = call;
  const owner = ownerOf(call, state, {
    id: query.get('owner-id'),
    slug: query.get('owner-slug'),
    type: query.get('owner-type'),
  });
  const name = query.get('name');
  const contexts = [...state.contexts.values()].filter(
    (context) => context.organization === owner && (name === null || context.name === name),
  );
  return list(
    call,
    contexts.map((context) => contextObject(context, state)),
    state,
  );
};

const createContext: Handler<CircleCiState> = (call, state) => {
  const body = bodyOf(call);
  const name = textField(body, 'name');
  const owner = isObject(body['owner']) ? body['owner'] : {};
  const field = (key: string): string | null => (key in owner ? textField(owner, key) : null);
  const organization = ownerOf(call, state, {
    id: field('id'),
    slug: field('slug'),
    type: field('type'),
  });
  if (identifyForContexts(call, state).access === 'read') return forbidden();
  const isTaken = [...state.contexts.values()].some(
    (one) => one.organization === organization && one.name === name,
  );
  if (isTaken) return failure(409, 'A context of that name already exists.');
  if (name === '' || name.length > 200) return failure(400, 'The name of a context is not valid.');
  return json(200, contextObject(addContext(organization, name, state), state));
};

/** A new context; its id was never used before. */
export function addContext(
  organization: Organization,
  name: string,
  { runtime, contexts }: CircleCiState,
): Context {
  const context: Context = {
    id: randomUuid(runtime),
    name,
    organization,
    createdAt: runtime.clocks.now(),
    variables: new TimedMap(runtime.clock),
    restrictions: new Map(),
  };
  contexts.set(context.id, context);
  return context;
}

/** With what belongs to it, as CircleCI's command line reads it. */
const getContext: Handler<CircleCiState> = (call, state) => {
  const context = enterContext(call, state, 'read');
  return json(200, {
    ...contextObject(context, state),
    org_id: context.organization.id,
    environment_variables: listedVariables(context, state),
    restrictions: listedRestrictions(context, state),
  });
};

const deleteContext: Handler<CircleCiState> = (call, state) => {
  state.contexts.delete(enterContext(call, state, 'write').id);
  return failure(200, 'Context deleted.');
};

interface Owner {
  readonly id: string | null;
  readonly slug: string | null;
  readonly type: string | null;
}

/** The organization that is asked about: on a server install by its id alone, as an `account`. */
function ownerOf(call: Call, state: CircleCiState, { id, slug, type }: Owner): Organization {
  const token = identifyForContexts(call, state);
  if (type !== null && type !== 'account' && type !== 'organization')
    return refuse(failure(400, 'owner-type: must be account or organization.'));
  if ((id === null) === (slug === null))
    return refuse(failure(400, 'Specify either owner-id or owner-slug.'));
  const isServer = state.behaviour.install === 'server';
  if (slug !== null && (isServer || type === 'account'))
    return refuse(failure(400, 'owner-slug is not supported.'));
  const organization =
    slug === null
      ? [...state.organizations.values()].find((one) => one.id === id?.toLowerCase())
      : state.organizations.get(canonicalSlug(slug, 2) ?? '');
  const isKnown = organization !== undefined && (!isServer || type === 'account');
  return isKnown && belongs(token, organization) ? organization : refuse(noSuch('Organization'));
}

const contextObject = ({ id, name, createdAt }: Context, { runtime }: CircleCiState): object => ({
  id,
  name,
  ...runtime.clocks.stamps({ created_at: createdAt }),
});

const one = '/api/v2/context/:context';
export const contextRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path: '/api/v2/context', handler: listContexts },
  { method: 'POST', path: '/api/v2/context', handler: createContext },
  { method: 'GET', path: one, handler: getContext },
  { method: 'DELETE', path: one, handler: deleteContext },
];
