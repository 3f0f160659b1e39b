import { json } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, failure, list, noVariable, textField } from './answers.ts';
import { enterContext, enterContextOfGroups } from './auth.ts';
import { store, variablesOf, type CircleCiState, type Context, type Variable } from './state.ts';
import { checkName, checkValue, tailOf } from './values.ts';

// docs: guides/security/contexts, limits.
const MOST_VARIABLES = 100;

const listVariables: Handler<CircleCiState> = (call, state) => {
  const context = enterContext(call, state, 'read');
  return list(call, listedVariables(context, state), state);
};

/** The variables of a context as its lists show them. */
export const listedVariables = (context: Context, state: CircleCiState): object[] =>
  variablesOf(context, state.runtime).map((variable) => ({
    ...variableObject(variable, context, state),
    ...(showsTail(variable, state) && { truncated_value: tailOf(variable.value) }),
  }));

const putVariable: Handler<CircleCiState> = (call, state) => {
  const context = enterContextOfGroups(call, state);
  const name = checkName(nameIn(call));
  const value = checkValue(textField(bodyOf(call), 'value'));
  if (!context.variables.has(name) && context.variables.size >= MOST_VARIABLES)
    return failure(400, `A context may have ${MOST_VARIABLES} environment variables.`);
  return json(200, variableObject(store(context, name, value, state.runtime), context, state));
};

const deleteVariable: Handler<CircleCiState> = (call, state) =>
  enterContextOfGroups(call, state).variables.delete(nameIn(call))
    ? failure(200, 'Environment variable deleted.')
    : noVariable();

const nameIn = (call: Call): string => param(call, 'name');

/** CircleCI's description lacks `truncated_value`; its command line reads it from lists. */
function showsTail({ updatedAt }: Variable, { runtime, behaviour }: CircleCiState): boolean {
  return runtime.clock() >= Date.parse(updatedAt.real) + behaviour.tailDelayMs;
}

const variableObject = (
  { name, createdAt, updatedAt }: Variable,
  { id }: Context,
  { runtime }: CircleCiState,
): object => ({
  variable: name,
  context_id: id,
  ...runtime.clocks.stamps({ created_at: createdAt ?? updatedAt, updated_at: updatedAt }),
});

const path = '/api/v2/context/:context/environment-variable';
export const contextVariableRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path, handler: listVariables },
  { method: 'PUT', path: `${path}/:name`, handler: putVariable },
  { method: 'DELETE', path: `${path}/:name`, handler: deleteVariable },
];
