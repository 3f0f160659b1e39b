import { json } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, failure, list, noVariable, textField } from './answers.ts';
import { enterProject } from './auth.ts';
import { store, variablesOf, type CircleCiState, type Variable } from './state.ts';
import { checkName, checkValue, masked } from './values.ts';

const listVariables: Handler<CircleCiState> = (call, state) =>
  list(call, objectsOf(call, state), state);

/** The first version of the API answers lists whole and without an envelope. */
const listPlainly: Handler<CircleCiState> = (call, state) => json(200, objectsOf(call, state));

function objectsOf(call: Call, state: CircleCiState): object[] {
  const variables = variablesOf(enterProject(call, state, 'read'), state.runtime);
  return variables.map((variable) => variableObject(variable, state));
}

/** Creates a variable, or overwrites the one that is there. docs: `circleci envvar`, circleci-docs#7324. */
const postVariable: Handler<CircleCiState> = (call, state) => {
  const project = enterProject(call, state, 'write');
  const body = bodyOf(call);
  const name = checkName(textField(body, 'name'));
  const value = checkValue(textField(body, 'value'));
  return json(201, variableObject(store(project, name, value, state.runtime), state));
};

const getVariable: Handler<CircleCiState> = (call, state) => {
  const { variables } = enterProject(call, state, 'read');
  const variable = variables.asOf(state.runtime.clocks.readTime()).get(nameIn(call));
  return variable === undefined ? noVariable() : json(200, variableObject(variable, state));
};

const deleteVariable: Handler<CircleCiState> = (call, state) =>
  enterProject(call, state, 'write').variables.delete(nameIn(call))
    ? failure(200, 'Environment variable deleted.')
    : noVariable();

const nameIn = (call: Call): string => param(call, 'name');

/** Without a time of change: when it was created stays what it was when it is overwritten. */
const variableObject = (
  { name, value, createdAt }: Variable,
  { runtime }: CircleCiState,
): object => ({
  name,
  value: masked(value),
  ...runtime.clocks.stamps({ 'created-at': createdAt }),
});

const routesBelow = (
  path: string,
  handler: Handler<CircleCiState>,
): readonly Route<CircleCiState>[] => [
  { method: 'GET', path, handler },
  { method: 'POST', path, handler: postVariable },
  { method: 'GET', path: `${path}/:name`, handler: getVariable },
  { method: 'DELETE', path: `${path}/:name`, handler: deleteVariable },
];

/** A slug may be one segment, its slashes encoded, or three: CircleCI's own clients do either. */
export const projectVariableRoutes: readonly Route<CircleCiState>[] = [
  ...routesBelow('/api/v2/project/:slug/envvar', listVariables),
  ...routesBelow('/api/v2/project/:vcs/:organization/:project/envvar', listVariables),
  ...routesBelow('/api/v1.1/project/:vcs/:organization/:project/envvar', listPlainly),
];
