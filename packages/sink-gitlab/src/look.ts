import type { CallOptions } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { dateOf } from './clock.ts';
import { inScope, isMissing, readVariable, type StoredVariable } from './variable.ts';

/** What a look at one variable shows. */
export interface Look {
  /** Undefined only if it is certain that there is none. */
  readonly stored: StoredVariable | undefined;
  /** What GitLab's clock showed. */
  readonly date: number | undefined;
}

/** Reads one variable. */
export async function look(
  { target, request }: Client,
  name: string,
  options: CallOptions,
): Promise<Look> {
  const answer: Answer = await request(
    { what: `reading ${name}`, writes: false },
    (api) => api.show(name),
    options,
  );
  const date = dateOf(answer.headers);
  if (isMissing(answer)) return { stored: undefined, date };
  if (answer.status !== 200) throw await answer.error();
  return { stored: inScope(target, name, readVariable(target, name, answer), 'none'), date };
}

/** Reads several, all at once: by name, since a list would bring every other secret along. */
export function lookAll(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<readonly Look[]> {
  return Promise.all(names.map((name) => look(client, name, options)));
}
