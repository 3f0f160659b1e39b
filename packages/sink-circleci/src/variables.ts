import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { listInvalid } from './messages.ts';
import type { Scope, Variable } from './scopes.ts';

/** Reads all variables, by name. */
export async function readVariables(
  { list, target }: Client,
  path: string,
  options: CallOptions,
  scope: Scope = target.scope,
): Promise<ReadonlyMap<string, Variable>> {
  const items = await list(path, {}, options);
  const variables = new Map<string, Variable>();
  for (const item of items) {
    const variable = scope.read(item);
    if (variable === undefined) throw listInvalid(target.id, path);
    variables.set(variable.name, variable);
  }
  return variables;
}
