import type { AdapterContext, CallOptions, TokenClue } from '@keyturn/core';

import { createClient } from './client.ts';
import { variableSeen } from './messages.ts';
import { scopes } from './scopes.ts';
import type { GithubTarget } from './target.ts';

/** The id of a token, but nothing as long as a secret. */
const ID = /^[\w-]{1,32}$/;

/**
 * The variable of Actions with the name of the id, as a job would read it: an id is not a secret, so it is often stored readable.
 * A token that is not allowed to read variables finds none.
 */
export async function clue(
  target: GithubTarget,
  [name, ...others]: readonly string[],
  context: AdapterContext,
  options: CallOptions,
): Promise<TokenClue | undefined> {
  const { variables } = target.scope;
  if (variables === undefined || name === undefined || others.length === 0) return undefined;
  // Jobs of an environment read from the repository what the environment lacks.
  const outer =
    'environment_name' in target.parameters ? [scopes['repository/actions']?.variables] : [];
  for (const scope of [variables, ...outer]) {
    if (scope === undefined) continue;
    const { request } = createClient({ ...target, scope }, context);
    const answer = await request(`GET ${scope.path}/{name}`, { name }, options);
    if (answer.status === 403 || answer.status === 404) continue;
    if (answer.status !== 200) throw await answer.error();
    const { value } = (answer.data ?? {}) as { value?: unknown };
    const isId = typeof value === 'string' && ID.test(value);
    return isId ? { id: value, seen: variableSeen(name) } : undefined;
  }
  return undefined;
}
