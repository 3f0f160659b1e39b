import type { CallOptions } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { isMissing, readVariable, type StoredVariable } from './variable.ts';

/** Reads one variable; undefined only where it is certain that there is none. */
export async function look(
  { target, request }: Client,
  name: string,
  options: CallOptions,
): Promise<StoredVariable | undefined> {
  const answer: Answer = await request(
    { what: `reading ${name}`, writes: false },
    (api) => api.show(name),
    options,
  );
  if (isMissing(answer)) return undefined;
  if (answer.status !== 200) throw await answer.error();
  return readVariable(target, name, answer);
}

/** Reads several, all at once: by name, since a list would bring every other secret along. */
export function lookAll(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<readonly (StoredVariable | undefined)[]> {
  return Promise.all(names.map((name) => look(client, name, options)));
}
