import { KeyturnError, printable } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Request } from './client.ts';
import { levelFacts } from './scopes.ts';
import type { GitlabTarget } from './target.ts';

type Hint = (target: GitlabTarget, request: Request) => string;

const hints: Readonly<Record<number, Hint>> = {
  400: () =>
    'Does a masked variable get a value that GitLab cannot mask, or is there no room for another variable?',
  401: () =>
    'The token in GITLAB_TOKEN is wrong, expired or revoked, or belongs to another GITLAB_HOST.',
  403: ({ level }) =>
    `The token needs the scope "api" and ${levelFacts[level].permission}. An archived project is closed to everybody.`,
  404: (target) =>
    `Either ${described(target)} does not exist, or the token may not see it: it needs ${levelFacts[target.level].permission}. ` +
    'Behind a proxy that decodes %2F, write its number in place of its path.',
  405: (target) =>
    `If ${described(target)} was renamed or moved, write its new path in the target.`,
  409: () => 'Does GITLAB_HOST lead through something that takes the filter off requests?',
};

/** Turns an answer that is no success into an error. */
export function refusal(
  target: GitlabTarget,
  request: Request,
  response: Response,
  secrets: readonly string[],
): Promise<KeyturnError> {
  const { status } = response;
  const hint = hints[status];
  return responseError(response, {
    what: `${target.id}: ${request.what}`,
    ...(hint !== undefined && { hints: { [status]: hint(target, request) } }),
    secrets,
  });
}

/**
 * The error for a redirect that was followed. GitLab redirects reads from a project's old path but refuses writes, so what
 * could be read there could still not be written.
 *
 * @param data what was read at the new address: if it is the project or group itself, it has the new path
 */
export function movedError(
  target: GitlabTarget,
  { what, writes }: Request,
  data: unknown,
): KeyturnError {
  const { path_with_namespace: project, full_path: group } = (data ?? {}) as {
    path_with_namespace?: unknown;
    full_path?: unknown;
  };
  const path = target.level === 'group' ? group : project;
  return new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${what} was redirected`, {
    hint:
      typeof path === 'string'
        ? `${described(target)} was renamed or moved to ${printable(path, 300)}: write that in the target.`
        : `If ${described(target)} was renamed or moved, write its new path in the target.`,
    effect: writes ? 'unknown' : 'none',
  });
}

/** As messages name it: `the project acme/infra`. */
export function described({ level, owner }: GitlabTarget): string {
  return level === 'instance' ? 'the API for administrators' : `the ${level} ${owner}`;
}
