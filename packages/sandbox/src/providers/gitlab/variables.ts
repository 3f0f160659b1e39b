import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { failure, list, misfit, notFound } from './answers.ts';
import { enterVariables } from './auth.ts';
import { openVariable } from './open.ts';
import {
  booleanParam,
  paramsOf,
  requireParams,
  scopeFilter,
  textParam,
  type Params,
} from './params.ts';
import { hasScopes, putVariable, readVariables, removeVariable, variablesOf } from './state.ts';
import type { GitLabState, Holder, Variable } from './state.ts';
import { errorsOf } from './variable-rules.ts';
import { variableObject } from './variable-object.ts';

type Kind = Holder['kind'];

/** What a missing variable is called. */
const NAMES = { project: 'Variable', group: 'GroupVariable', instance: 'InstanceVariable' };

/** The routes of the variables of projects, groups or the instance. */
export function variableRoutes(kind: Kind, path: string): Route<GitLabState>[] {
  const one = `${path}/:key`;
  return [
    { method: 'GET', path, handler: listVariables(kind) },
    { method: 'POST', path, handler: createVariable(kind) },
    { method: 'GET', path: one, handler: getVariable(kind) },
    { method: 'PUT', path: one, handler: updateVariable(kind) },
    { method: 'DELETE', path: one, handler: deleteVariable(kind) },
  ];
}

const listVariables =
  (kind: Kind): Handler<GitLabState> =>
  (call, state) =>
    list(call, readVariables(enterVariables[kind](call, state), state).map(variableObject(kind)));

const getVariable =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const holder = enterVariables[kind](call, state);
    const found = find(holder, readVariables(holder, state), call, await paramsOf(call), state);
    return json(200, variableObject(kind)(found));
  };

const createVariable =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const holder = enterVariables[kind](call, state);
    const params = await paramsOf(call);
    requireParams(params, ['key', 'value']);
    const isHidden = kind !== 'instance' && booleanParam(params, 'masked_and_hidden') === true;
    const variable = openVariable({
      key: (textParam(params, 'key') ?? '').trim(),
      value: '',
      ...changesOf(holder, params, state),
      ...(isHidden && { hidden: true, masked: true }),
    });
    return store(holder, variable, undefined, state) ?? json(201, variableObject(kind)(variable));
  };

/** Changes what is given. The key is none of it, and neither is whether the variable is hidden. */
const updateVariable =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const holder = enterVariables[kind](call, state);
    const params = await paramsOf(call);
    // A group's variable is updated without a look at how many there are: merge request 136475.
    const isArbitrary = kind === 'group' && filterOf(holder, params, state) === undefined;
    const old = find(holder, variablesOf(holder), call, params, state, isArbitrary);
    if (old.hidden && params['value'] === null) return failure(400, { value: ['is invalid'] });
    const variable = { ...old, ...changesOf(holder, params, state) };
    return store(holder, variable, old, state) ?? json(200, variableObject(kind)(variable));
  };

const deleteVariable =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const holder = enterVariables[kind](call, state);
    removeVariable(holder, find(holder, variablesOf(holder), call, await paramsOf(call), state));
    return empty();
  };

/** The variable of the path. The filter is compared as text: `*` is the row of that scope, not all of them. */
function find(
  holder: Holder,
  variables: readonly Variable[],
  call: Call,
  params: Params,
  state: GitLabState,
  isArbitrary = false,
): Variable {
  const key = param(call, 'key');
  const scope = filterOf(holder, params, state);
  const [first, ...more] = variables.filter(
    (one) => one.key === key && (scope === undefined || one.environment_scope === scope),
  );
  if (first === undefined) return refuse(notFound(NAMES[holder.kind]));
  if (more.length === 0 || isArbitrary) return first;
  return refuse(
    failure(
      409,
      "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'",
    ),
  );
}

/** The scope that is asked for, where there are scopes. */
function filterOf(holder: Holder, params: Params, state: GitLabState): string | undefined {
  const scope = scopeFilter(params);
  return hasScopes(holder, state) ? scope : undefined;
}

function changesOf(holder: Holder, params: Params, state: GitLabState): Partial<Variable> {
  const type = textParam(params, 'variable_type');
  if (type !== undefined && type !== 'env_var' && type !== 'file')
    return refuse(misfit(400, 'variable_type does not have a valid value'));
  const scoped = hasScopes(holder, state);
  const given = {
    value: 'value' in params ? (textParam(params, 'value') ?? '') : undefined,
    variable_type: type,
    protected: booleanParam(params, 'protected'),
    masked: booleanParam(params, 'masked'),
    raw: booleanParam(params, 'raw'),
    environment_scope: scoped ? textParam(params, 'environment_scope')?.trim() : undefined,
    description: textParam(params, 'description'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Puts a variable into its place; the answer is why it could not. */
function store(
  holder: Holder,
  variable: Variable,
  old: Variable | undefined,
  { behaviour }: GitLabState,
): ReturnType<typeof failure> | undefined {
  const errors = errorsOf(variable, old, holder, behaviour.limits ?? {});
  if (errors !== undefined) return failure(400, errors);
  putVariable(holder, variable, old);
  return undefined;
}
