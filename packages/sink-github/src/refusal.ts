import { KeyturnError, printable } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { GithubTarget } from './target.ts';

type Hint = (target: GithubTarget, headers: Headers) => string;

const hints: Readonly<Record<number, Hint>> = {
  401: () =>
    'The token in GITHUB_TOKEN or GH_TOKEN is wrong, expired or revoked, or belongs to another GITHUB_API_URL.',
  403: (target, headers) => `The token may not do this: ${needs(target, headers)}.`,
  404: (target, headers) =>
    `Either ${described(target)} does not exist, or the token may not see it: ${needs(target, headers)}.`,
  422: () => 'Is the name one that GitHub allows, and is there room for another secret?',
};

/** Turns an answer that is no success into an error. */
export function refusal(
  target: GithubTarget,
  route: string,
  response: Response,
  secrets: readonly string[],
): Promise<KeyturnError> {
  const { status, headers } = response;
  const hint = hints[status];
  return responseError(response, {
    what: `${target.id}: ${route}`,
    ...(hint !== undefined && { hints: { [status]: hint(target, headers) } }),
    secrets,
  });
}

/**
 * The error for a redirect that was followed. GitHub leads reads on from a repository's old name but refuses writes, so
 * what could be read there could still not be written.
 */
export function movedError(target: GithubTarget, route: string): KeyturnError {
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${target.id}: ${route} was led on to another address`,
    {
      hint: `If ${described(target)} was renamed or moved, write its new name in the target.`,
      effect: route.startsWith('GET ') ? 'none' : 'unknown',
    },
  );
}

/** What the target asks of a token, and what GitHub says of this very request. */
function needs({ scope }: GithubTarget, headers: Headers): string {
  const accepted = headers.get('x-accepted-github-permissions');
  const named = accepted === null ? '' : `; GitHub asks for ${printable(accepted, 100)}`;
  const signOn =
    headers.get('x-github-sso') === null
      ? ''
      : '; it must be authorized for the single sign-on of its organization';
  return `it needs the ${scope.permission}, or the scope "${scope.classicScope}" where it is a classic one${named}${signOn}`;
}

function described({ parameters }: GithubTarget): string {
  const { owner, repo, org, environment_name: environment } = parameters;
  if (org !== undefined) return `the organization ${org}`;
  return environment === undefined
    ? `the repository ${owner}/${repo}`
    : `the repository ${owner}/${repo} or its environment "${environment}"`;
}
