import { formatTarget, type Environment } from '@keyturn/core';

import { placeMissing } from './messages.ts';
import { isPath, type GitlabTokenOptions } from './options.ts';

/** What tokens belong to: a project, a group, or a user. */
export type Place =
  | { readonly kind: 'project' | 'group'; readonly path: string }
  | {
      readonly kind: 'user';
      /** Undefined for the user whose token keyturn acts with. */
      readonly name: string | undefined;
    };

/**
 * The place of the configuration, or the project whose pipeline runs.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function placeOf({ project, group, personal }: GitlabTokenOptions, env: Environment): Place {
  if (project !== undefined) return { kind: 'project', path: project };
  if (group !== undefined) return { kind: 'group', path: group };
  if (personal !== undefined)
    return { kind: 'user', name: personal === true ? undefined : personal };
  const path = env['CI_PROJECT_PATH']?.trim() ?? '';
  if (!isPath(path, 2)) throw placeMissing(path !== '');
  return { kind: 'project', path };
}

/** GitLab ignores the case of paths, so the canonical form has them in lower case. */
export function idOf(kind: string, place: Place): string {
  if (place.kind === 'user')
    return formatTarget(kind, place.name?.toLowerCase() ?? '', { level: 'user' });
  const level = place.kind === 'group' ? 'group' : undefined;
  return formatTarget(kind, place.path.toLowerCase(), { level });
}

/** The place below `/api/v4`. */
export function pathOf({ kind, path }: Exclude<Place, { kind: 'user' }>): string {
  return `/${kind}s/${encodeURIComponent(path)}`;
}
