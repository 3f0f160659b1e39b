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
import { described } from './refusal.ts';
import { variablesPath, type GitlabTarget } from './target.ts';
import { isMissing } from './variable.ts';

const LICENCE = 'Scopes of group variables need a Premium licence';

/**
 * Takes back a variable that was created just now and stored for other environments than it was asked for, such as a group's without
 * the licence for scopes, which reaches every job. The error has the effect `none` if it is certainly gone again.
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
  const stored = `${target.id}: GitLab stored ${name} for ${environments(scope)} in place of ${target.scope}`;
  if (removal === 'removed')
    return new KeyturnError('REMOTE_REJECTED', `${stored}, so it was deleted again`, {
      hint: `${LICENCE}: leave out scope, or write the group's projects as targets.`,
      effect: 'none',
    });
  const hint = `Delete ${name} of ${environments(scope)} in the CI/CD settings of ${described(target)}. ${LICENCE}.`;
  return removal === 'left'
    ? new KeyturnError('REMOTE_REJECTED', `${stored}, and it is still there`, {
        hint,
        effect: 'unknown',
      })
    : new KeyturnError('STATE_LOST', `${removal.message}; ${stored}, and it is still there`, {
        hint,
        effect: 'unknown',
      });
}

/** The error for a creation that was refused because the scope was dropped, and there is one for every environment. */
export function takenElsewhere({ id, scope }: GitlabTarget, name: string): KeyturnError {
  return new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: GitLab does not create ${name} for ${scope}, since another environment has it`,
    {
      hint: `${LICENCE}: leave out scope, or write the group's projects as targets.`,
      effect: 'none',
    },
  );
}

/** Whatever fails, the variable counts as being there. The error is that of the right to write, if it is lost. */
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
      { what: `removing ${name} again`, writes: true },
      (api) => api.remove(name),
      options,
    );
    return answer.status === 204 || isMissing(answer) ? 'removed' : 'left';
  } catch (error) {
    return KeyturnError.is(error) && error.code === 'STATE_LOST' ? error : 'left';
  }
}

/**
 * Whether a deletion by name and scope finds what was created. The second look fails on a server that ignores the scope of requests,
 * which could delete another environment's variable.
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

/** Whether no other environment has that name, so that a deletion finds what was created whatever scope it looks at. */
async function isAlone(
  { target }: Client,
  { name, value }: SinkEntry,
  scope: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<boolean> {
  const listing = { path: variablesPath(target), what: `${target.id}: the list of variables` };
  let [ours, others] = [0, 0];
  for await (const item of readPages(listing, context, options)) {
    if (item['key'] !== name) continue;
    if (item['environment_scope'] === scope && item['value'] === reveal(value)) ours += 1;
    else others += 1;
  }
  return ours === 1 && others === 0;
}

function environments(scope: string | undefined): string {
  return scope === undefined || scope === '*' ? 'every environment (*)' : scope;
}
