import { formatTarget } from '@keyturn/core';

import type { GitlabTokenOptions } from './options.ts';

/** What tokens belong to: a project, a group, or a user. */
export type Place =
  | { readonly kind: 'project' | 'group'; readonly path: string }
  | {
      readonly kind: 'user';
      /** Undefined for the user whose token keyturn acts with. */
      readonly name: string | undefined;
    };

export function placeOf({ project, group, personal }: GitlabTokenOptions): Place {
  if (project !== undefined) return { kind: 'project', path: project };
  if (group !== undefined) return { kind: 'group', path: group };
  return { kind: 'user', name: personal === true ? undefined : personal };
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
