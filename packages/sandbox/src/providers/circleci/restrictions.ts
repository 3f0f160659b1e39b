import { json, refuse } from '../../http/answer.ts';
import { param } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, failure, list, textField } from './answers.ts';
import { enterContext } from './auth.ts';
import {
  randomUuid,
  type CircleCiState,
  type Context,
  type Project,
  type Restriction,
} from './state.ts';

const listRestrictions: Handler<CircleCiState> = (call, state) => {
  const context = enterContext(call, state, 'read');
  return list(call, listedRestrictions(context, state), state);
};

/** The restrictions of a context as its list shows them. */
export const listedRestrictions = (context: Context, state: CircleCiState): object[] =>
  [...context.restrictions.values()].map((restriction) => ({
    context_id: context.id,
    ...restrictionObject(restriction, context, state),
  }));

const createRestriction: Handler<CircleCiState> = (call, state) => {
  const context = enterContext(call, state, 'write');
  const body = bodyOf(call);
  const type = typeOf(textField(body, 'restriction_type'));
  const value = textField(body, 'restriction_value');
  if (type === 'project' && projectOf(value, context, state) === undefined)
    return failure(400, 'Project does not exist, or user does not have access to this project.');
  const isThere = [...context.restrictions.values()].some(
    (one) => one.type === type && one.value === value,
  );
  if (isThere) return failure(409, "The restriction you're trying to add already exists.");
  const id = type === 'group' ? value : randomUuid(state.runtime);
  const restriction = { id, type, value };
  context.restrictions.set(id, restriction);
  return json(201, restrictionObject(restriction, context, state));
};

const deleteRestriction: Handler<CircleCiState> = (call, state) =>
  enterContext(call, state, 'write').restrictions.delete(param(call, 'restriction'))
    ? failure(200, 'Context restriction deleted.')
    : failure(400, 'restriction_id is invalid.');

function typeOf(given: string): Restriction['type'] {
  return given === 'project' || given === 'expression' || given === 'group'
    ? given
    : refuse(failure(400, 'This restriction cannot be applied to this context.'));
}

function projectOf(id: string, { organization }: Context, state: CircleCiState) {
  return [...state.projects.values()].find(
    (project): project is Project => project.id === id && project.organization === organization,
  );
}

function restrictionObject(
  { id, type, value }: Restriction,
  context: Context,
  state: CircleCiState,
): object {
  const names = {
    project: () => projectOf(value, context, state)?.name ?? null,
    group: () => (value === context.organization.id ? 'All members' : 'A group'),
    expression: () => null,
  };
  return {
    id,
    name: names[type](),
    restriction_type: type,
    restriction_value: value,
    ...(type === 'project' && { project_id: value }),
  };
}

const path = '/api/v2/context/:context/restrictions';
export const restrictionRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path, handler: listRestrictions },
  { method: 'POST', path, handler: createRestriction },
  { method: 'DELETE', path: `${path}/:restriction`, handler: deleteRestriction },
];
