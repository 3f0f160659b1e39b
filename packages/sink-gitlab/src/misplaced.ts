import {
  KeyturnError,
  reveal,
  type AdapterContext,
  type CallOptions,
  type SinkEntry,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { readPages } from './listing.ts';
import { look } from './look.ts';
import { lists, misplacedLeft, misplacedRemoved, requests } from './messages.ts';
import { variablesPath } from './target.ts';
import { isMissing } from './variable.ts';

/**
 * Takes back a new variable that GitLab stored for other environments than requested. In a group without the license for environment
 * scopes, such a variable reaches every job. The error has the effect `none` if the variable was certainly deleted again.
 */
export async function takeBack(
  client: Client,
  entry: SinkEntry,
  scope: string | undefined,
  context: AdapterContext,
  options: CallOptions,
): Promise<KeyturnError> {
  const { target } = client;
  const { name } = entry;
  const removal =
    scope === undefined ? 'left' : await removed(client, entry, scope, context, options);
  if (removal === 'removed') return misplacedRemoved(target, name, scope);
  return misplacedLeft(target, name, scope, removal === 'left' ? undefined : removal.message);
}

/** Removes the variable. After any failure, it counts as left; a lost state is returned as its error. */
async function removed(
  client: Client,
  entry: SinkEntry,
  scope: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<'removed' | 'left' | KeyturnError> {
  const there = client.inScope(scope);
  const { name } = entry;
  try {
    const isCertain =
      (await isFound(client, entry, scope, options)) ||
      (await isAlone(client, entry, scope, context, options));
    if (!isCertain) return 'left';
    const answer = await there.request(
      { what: requests.takeBackVariable(name), writes: true },
      (api) => api.remove(name),
      options,
    );
    return answer.status === 204 || isMissing(answer) ? 'removed' : 'left';
  } catch (error) {
    return KeyturnError.is(error) && error.code === 'STATE_LOST' ? error : 'left';
  }
}

/**
 * Whether a deletion by name and scope would delete the new variable. The second read fails on a server that ignores the scope of
 * requests, which could delete the variable of another environment.
 */
async function isFound(
  client: Client,
  { name, value }: SinkEntry,
  scope: string,
  options: CallOptions,
): Promise<boolean> {
  try {
    const [found] = await Promise.all([
      look(client.inScope(scope), name, options),
      look(client, name, options),
    ]);
    return found.stored?.value === reveal(value);
  } catch {
    return false;
  }
}

/** Whether no other environment has that name, so that a deletion hits the new variable even if the scope is ignored. */
async function isAlone(
  { target }: Client,
  { name, value }: SinkEntry,
  scope: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<boolean> {
  const listing = { path: variablesPath(target), what: lists.variables(target.id) };
  let [ours, others] = [0, 0];
  for await (const item of readPages(listing, context, options)) {
    if (item['key'] !== name) continue;
    if (item['environment_scope'] === scope && item['value'] === reveal(value)) ours += 1;
    else others += 1;
  }
  return ours === 1 && others === 0;
}
