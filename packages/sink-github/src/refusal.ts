import { KeyturnError, printable, type Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Identity } from './connection.ts';
import type { GithubTarget } from './target.ts';

/** What was asked, by whom, and what of it an error must not repeat. */
export interface Asked {
  readonly target: GithubTarget;
  readonly route: string;
  readonly identity: Identity['kind'];
  readonly secrets: readonly (Secret | string)[];
}

type Hint = (asked: Asked, headers: Headers) => string;

const hints: Readonly<Record<number, Hint>> = {
  401: ({ identity }) =>
    identity === 'app'
      ? 'GitHub takes the token of the App no longer: run it again, and see whether the App is still installed.'
      : 'The token in GITHUB_TOKEN or GH_TOKEN is wrong, expired or revoked, or belongs to another GITHUB_API_URL.',
  403: (asked, headers) => `The ${asked.identity} may not do this: ${needs(asked, headers)}.`,
  404: (asked, headers) =>
    `Either ${described(asked.target)} does not exist, or the ${asked.identity} may not see it: ${needs(asked, headers)}.`,
  422: () => 'Is the name one that GitHub allows, and is there room for another secret?',
};

/** Turns an answer that is no success into an error. */
export function refusal(asked: Asked, response: Response): Promise<KeyturnError> {
  const { target, route, secrets } = asked;
  const { status, headers } = response;
  const hint = hints[status];
  return responseError(response, {
    what: `${target.id}: ${route}`,
    ...(hint !== undefined && { hints: { [status]: hint(asked, headers) } }),
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

/** What the target asks of whoever asks, and what GitHub says of this very request. */
function needs({ target: { scope }, identity }: Asked, headers: Headers): string {
  if (identity === 'app' && scope.personalOnly === true)
    return 'GitHub lets no App do it, so it needs a personal access token in GITHUB_TOKEN';
  const accepted = headers.get('x-accepted-github-permissions');
  const named = accepted === null ? '' : `; GitHub asks for ${printable(accepted, 100)}`;
  if (identity === 'app')
    return `it needs the ${scope.permission}, accepted where it is installed${named}`;
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
