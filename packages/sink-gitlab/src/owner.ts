import { serverTime, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { markedForDeletion, ownerArchived, ownerIdMissing, requests } from './messages.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab shows of the project or group that contains the variables. */
export interface Owner {
  /** Its number; undefined for the instance. */
  readonly id: number | undefined;
  /** The number of the token's highest visible role; a role through a shared group is not visible. Undefined if there is none. */
  readonly role: number | undefined;
  readonly warnings: readonly string[];
  /** The time by GitLab's clock. */
  readonly date: number | undefined;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Reads the project or group with one request; the instance needs none. docs: «Projects API», «Groups API», get a single one; source:
 * entities/project_with_access.rb.
 *
 * @throws {KeyturnError} `PERMISSION_DENIED` if it is archived, `TARGET_NOT_FOUND` if it was moved, `ANSWER_INVALID`, and the errors of a
 * failed request
 */
export async function readOwner(client: Client, options: CallOptions): Promise<Owner> {
  const { target, request } = client;
  if (target.level === 'instance')
    return { id: undefined, role: undefined, warnings: [], date: undefined };
  const what = requests.readOwner(target.level);
  const answer = await request({ what, writes: false }, (api) => api.owner(), options);
  if (answer.status !== 200) throw await answer.error();
  const data = (answer.data ?? {}) as Data;
  const { id, archived } = data;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw ownerIdMissing(target);
  if (archived === true) throw ownerArchived(target);
  return {
    id,
    role: roleIn(data),
    warnings: warningsOf(target, data),
    date: serverTime(answer.headers),
  };
}

/** The identity of the place: GitLab's number of the project or group, and the environment scope. */
export function placeOf({ level, scope }: GitlabTarget, { id }: Owner): string {
  return id === undefined ? level : `${level}:${id}/scope:${scope}`;
}

/** The role in the project itself, or through its groups. */
function roleIn({ permissions }: Data): number | undefined {
  const { project_access: own, group_access: group } = (permissions ?? {}) as Data;
  const levels = [own, group]
    .map((access) => ((access ?? {}) as Data)['access_level'])
    .filter((level) => typeof level === 'number');
  return levels.length === 0 ? undefined : Math.max(...levels);
}

function warningsOf({ level }: GitlabTarget, data: Data): string[] {
  const { marked_for_deletion_on: on, marked_for_deletion_at: at } = data;
  const date = typeof on === 'string' ? on : at;
  return typeof date === 'string' ? [markedForDeletion(level, date)] : [];
}
