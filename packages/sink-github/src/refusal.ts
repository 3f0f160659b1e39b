import { KeyturnError, printable, type Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Identity } from './connection.ts';
import { forbidden } from './forbidden.ts';
import type { GithubTarget } from './target.ts';

/** What was asked, by whom, and what of it an error must not repeat. */
export interface Asked {
  readonly target: GithubTarget;
  readonly route: string;
  readonly identity: Identity['kind'];
  readonly secrets: readonly (Secret | string)[];
  /** The base of the API. */
  readonly api: string;
}

type Hint = (asked: Asked, headers: Headers, said: string) => string;

const hints: Readonly<Record<number, Hint>> = {
  401: ({ identity }) =>
    identity === 'app'
      ? 'GitHub takes the token of the App no longer: run it again, and see whether the App is still installed.'
      : 'The token in GITHUB_TOKEN or GH_TOKEN is wrong, expired or revoked, or belongs to another GITHUB_API_URL.',
  403: (asked, headers, said) =>
    forbidden(asked.api, said, headers) ??
    `The ${asked.identity} may not do this: ${needs(asked, headers)}.`,
  404: (asked, headers) =>
    `Either ${described(asked.target)} does not exist, or the ${asked.identity} may not see it: ${needs(asked, headers)}.`,
  422: () => 'Is the name one that GitHub allows, and is there room for another secret?',
};

/** Turns an answer that is no success into an error. `data` is its body. */
export function refusal(asked: Asked, response: Response, data: unknown): Promise<KeyturnError> {
  const { target, route, secrets } = asked;
  const { status, headers } = response;
  const isPage = status === 404 && !(headers.get('content-type') ?? '').includes('json');
  const { message } = (data ?? {}) as { message?: unknown };
  const said = typeof message === 'string' ? message.slice(0, 1000) : '';
  const hint = isPage
    ? 'That is not the answer of a GitHub API: check GITHUB_API_URL, which for a server ends with /api/v3.'
    : hints[status]?.(asked, headers, said);
  return responseError(response, {
    what: `${target.id}: ${route}`,
    ...(hint !== undefined && { hints: { [status]: hint } }),
    ...(isPage && { codes: { [status]: 'CONFIG_INVALID' } }),
    secrets,
  });
}

/**
 * The error for a repository that has another name by now. GitHub redirects reads from the old name but refuses writes, so what could be
 * read there could still not be written.
 *
 * @param name the new one, if it is known
 */
export function movedError(target: GithubTarget, route: string, name?: string): KeyturnError {
  const { owner, repo, org = '' } = target.parameters;
  const old = repo === undefined ? org : `${owner}/${repo}`;
  const effect = route.startsWith('GET ') ? 'none' : 'unknown';
  return name === undefined
    ? new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${route} was redirected`, {
        hint: `If ${described(target)} was renamed or moved, write its new name in the target.`,
        effect,
      })
    : new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${old} was renamed or moved to ${name}`, {
        hint: `Write its new name in the target: ${name} in place of ${old}.`,
        effect,
      });
}

/** The error for an App that cannot write there. `has`: what its own token shows that it was given, if it was asked. */
export function notGranted(target: GithubTarget, has?: string): KeyturnError {
  const { permission, personalOnly } = target.scope;
  const shown = has === undefined ? '' : ` (its installation has ${has})`;
  const hint =
    personalOnly === true
      ? 'GitHub lets no App do it, so it needs a personal access token in GITHUB_TOKEN.'
      : `Give the App the ${permission}, and accept that where it is installed.`;
  const message = `${target.id}: the App may not write there${shown}`;
  return new KeyturnError('PERMISSION_DENIED', message, { hint, effect: 'none' });
}

/** What the target asks of whoever asks, and what GitHub says of this very request. */
function needs({ target: { scope }, identity }: Asked, headers: Headers): string {
  const accepted = headers.get('x-accepted-github-permissions');
  const named = accepted === null ? '' : `; GitHub asks for ${printable(accepted, 100)}`;
  if (identity === 'app')
    return `it needs the ${scope.permission}, accepted where it is installed${named}`;
  return `it needs the ${scope.permission}, or the scope "${scope.classicScope}" where it is a classic one${named}`;
}

function described({ parameters }: GithubTarget): string {
  const { owner, repo, org, environment_name: environment } = parameters;
  if (org !== undefined) return `the organization ${org}`;
  return environment === undefined
    ? `the repository ${owner}/${repo}`
    : `the repository ${owner}/${repo} or its environment "${environment}"`;
}
