import { KeyturnError, printable, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { dateOf } from './clock.ts';
import { described } from './refusal.ts';
import type { GitlabTarget } from './target.ts';

/** What GitLab tells of the project or group that holds the variables. */
export interface Owner {
  /** Its number; undefined for the instance. */
  readonly id: number | undefined;
  /** The highest role of the token that is shown, as its number; a role by a shared group is not. Undefined if none is. */
  readonly role: number | undefined;
  readonly warnings: readonly string[];
  /** What GitLab's clock showed. */
  readonly date: number | undefined;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Reads the project or group, with one request; none for the instance. docs: «Projects API», «Groups API», get a single one; source:
 * entities/project_with_access.rb.
 *
 * @throws {KeyturnError} `PERMISSION_DENIED` if it is archived, `TARGET_NOT_FOUND` if it was moved, `ANSWER_INVALID`, and what a refusal
 * stands for
 */
export async function readOwner(client: Client, options: CallOptions): Promise<Owner> {
  const { target, request } = client;
  if (target.level === 'instance')
    return { id: undefined, role: undefined, warnings: [], date: undefined };
  const what = `reading the ${target.level}`;
  const answer = await request({ what, writes: false }, (api) => api.owner(), options);
  if (answer.status !== 200) throw await answer.error();
  const data = (answer.data ?? {}) as Data;
  const { id, archived } = data;
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    throw new KeyturnError('ANSWER_INVALID', `${target.id}: ${what} was answered without its id`, {
      hint: 'Check that GITLAB_HOST is the address of a GitLab server.',
      effect: 'none',
    });
  if (archived === true) throw archivedError(target);
  return {
    id,
    role: roleIn(data),
    warnings: warningsOf(target, data),
    date: dateOf(answer.headers),
  };
}

/** The identity of the place: GitLab's own number of what holds the variables, and the scope in it. */
export function placeOf({ level, scope }: GitlabTarget, { id }: Owner): string {
  return id === undefined ? level : `${level}:${id}/scope:${scope}`;
}

function archivedError(target: GitlabTarget): KeyturnError {
  return new KeyturnError('PERMISSION_DENIED', `${target.id}: ${described(target)} is archived`, {
    hint: 'Unarchive it, or remove it from the configuration: nobody can write its variables.',
    effect: 'none',
  });
}

/** By the project itself, or by its groups. */
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
  return typeof date === 'string'
    ? [
        `the ${level} was marked for deletion on ${printable(date, 40)}: remove it from the configuration`,
      ]
    : [];
}
