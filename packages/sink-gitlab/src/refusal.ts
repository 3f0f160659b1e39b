import type { KeyturnError } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Request } from './client.ts';
import { CHECK_HOST, refusalHints, saidHints, targetMoved } from './messages.ts';
import type { GitlabTarget } from './target.ts';

/** Turns a failed response into an error. */
export function refusal(
  target: GitlabTarget,
  request: Request,
  response: Response,
  secrets: readonly string[],
): Promise<KeyturnError> {
  const { status } = response;
  const hint = refusalHints[status];
  return responseError(response, {
    what: `${target.id}: ${request.what}`,
    ...(hint !== undefined && { hints: { [status]: hint(target) } }),
    reasons: saidHints,
    address: CHECK_HOST,
    secrets,
  });
}

/**
 * The error for a redirect that was followed. GitLab redirects reads of a project's old path but refuses writes, so a readable place could
 * still not be written.
 *
 * @param data the body from the new URL: if it is the project or group itself, it contains the new path
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
  const known = typeof path === 'string' ? path : undefined;
  return targetMoved(target, what, known, writes ? 'unknown' : 'none');
}
