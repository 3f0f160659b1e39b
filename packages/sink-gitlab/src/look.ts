import { serverTime, type CallOptions } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { requests } from './messages.ts';
import { inScope, isMissing, readVariable, type StoredVariable } from './variable.ts';

/** What reading one variable shows. */
export interface Look {
  /** Undefined only if the variable certainly does not exist. */
  readonly stored: StoredVariable | undefined;
  /** The time by GitLab's clock. */
  readonly date: number | undefined;
}

/** Reads one variable. */
export async function look(
  { target, request }: Client,
  name: string,
  options: CallOptions,
): Promise<Look> {
  const answer: Answer = await request(
    { what: requests.readVariable(name), writes: false },
    (api) => api.show(name),
    options,
  );
  const date = serverTime(answer.headers);
  if (isMissing(answer)) return { stored: undefined, date };
  if (answer.status !== 200) throw await answer.error();
  return { stored: inScope(target, name, readVariable(target, name, answer), 'none'), date };
}

/** Reads several variables at the same time, by name, because a list would contain all other secrets. */
export function lookAll(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<readonly Look[]> {
  return Promise.all(names.map((name) => look(client, name, options)));
}
