import { KeyturnError, reveal, type CallOptions, type SinkEntry } from '@keyturn/core';

import type { Client } from './client.ts';
import { look } from './look.ts';
import { described } from './refusal.ts';
import type { GitlabTarget } from './target.ts';
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
  options: CallOptions,
): Promise<KeyturnError> {
  const { target } = client;
  const { name } = entry;
  const isGone = scope !== undefined && (await removed(client, entry, scope, options));
  const stored = `${target.id}: GitLab stored ${name} for ${environments(scope)} in place of ${target.scope}`;
  return isGone
    ? new KeyturnError('REMOTE_REJECTED', `${stored}, so it was deleted again`, {
        hint: `${LICENCE}: leave out scope, or write the group's projects as targets.`,
        effect: 'none',
      })
    : new KeyturnError('REMOTE_REJECTED', `${stored}, and it is still there`, {
        hint: `Delete ${name} of ${environments(scope)} in the CI/CD settings of ${described(target)}. ${LICENCE}.`,
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

/** Whatever fails, the variable counts as being there. */
async function removed(
  client: Client,
  entry: SinkEntry,
  scope: string,
  options: CallOptions,
): Promise<boolean> {
  const there = client.inScope(scope);
  const { name } = entry;
  try {
    // The second look fails on a server that ignores the scope of requests: it could delete another environment's variable.
    const [found] = await Promise.all([look(there, name, options), look(client, name, options)]);
    if (found.stored?.value !== reveal(entry.value)) return false;
    const answer = await there.request(
      { what: `removing ${name} again`, writes: true },
      (api) => api.remove(name),
      options,
    );
    return answer.status === 204 || isMissing(answer);
  } catch {
    return false;
  }
}

function environments(scope: string | undefined): string {
  return scope === undefined || scope === '*' ? 'every environment (*)' : scope;
}
