import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { Variable } from './scopes.ts';

/** Everything that is there, by name. */
export async function readVariables(
  { list, target }: Client,
  path: string,
  options: CallOptions,
): Promise<ReadonlyMap<string, Variable>> {
  const items = await list(path, {}, options);
  const variables = items.map(target.scope.read).filter((variable) => variable !== undefined);
  return new Map(variables.map((variable) => [variable.name, variable]));
}
