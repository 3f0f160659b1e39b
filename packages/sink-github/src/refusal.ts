import type { KeyturnError, Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Identity } from './connection.ts';
import { forbidden, messageIn } from './forbidden.ts';
import {
  forbiddenHints,
  pageHint,
  refusalHints,
  targetRedirected,
  targetRenamed,
} from './messages.ts';
import type { GithubTarget } from './target.ts';

/** A request, who made it, and the secrets that an error must not repeat. */
export interface Asked {
  readonly target: GithubTarget;
  readonly route: string;
  readonly identity: Identity['kind'];
  readonly secrets: readonly (Secret | string)[];
  /** The base URL of the API. */
  readonly api: string;
}

type Hint = (asked: Asked, headers: Headers, said: string) => string;

const hints: Readonly<Record<number, Hint>> = {
  ...refusalHints,
  403: (asked, headers, said) =>
    forbidden(asked.api, said, headers) ??
    (asked.identity === 'token' && /not accessible by integration/i.test(said)
      ? forbiddenHints.workflowToken()
      : refusalHints[403](asked, headers)),
};

/** Turns a failed response into an error. `data` is its body. */
export function refusal(asked: Asked, response: Response, data: unknown): Promise<KeyturnError> {
  const { target, route, secrets } = asked;
  const { status, headers } = response;
  const isPage = status === 404 && !(headers.get('content-type') ?? '').includes('json');
  const hint = isPage ? pageHint() : hints[status]?.(asked, headers, messageIn(data));
  return responseError(response, {
    what: `${target.id}: ${route}`,
    ...(hint !== undefined && { hints: { [status]: hint } }),
    ...(isPage && { codes: { [status]: 'CONFIG_INVALID' } }),
    secrets,
  });
}

/**
 * The error for a repository that was renamed. GitHub redirects reads of the old name but refuses writes, so a readable place could still
 * not be written.
 *
 * @param name the new name, if it is known
 */
export function movedError(target: GithubTarget, route: string, name?: string): KeyturnError {
  const { owner, repo, org = '' } = target.parameters;
  const old = repo === undefined ? org : `${owner}/${repo}`;
  const effect = route.startsWith('GET ') ? 'none' : 'unknown';
  return name === undefined
    ? targetRedirected(target, route, effect)
    : targetRenamed(target, old, name, effect);
}
