import { formatTarget, KeyturnError, nearest, type Target } from '@keyturn/core';

import { apps, scopes, visibilities, type Scope, type Visibility } from './scopes.ts';

/** One place that holds secrets, with what its paths are filled with. */
export interface GithubTarget {
  /** The canonical target. Visibility is no part of it: it says how a secret begins, not where it is. */
  readonly id: string;
  readonly scope: Scope;
  readonly app: (typeof apps)[number];
  /** As they were written: GitHub ignores their case. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Which repositories see a secret that an organization does not have yet. */
  readonly visibility: Visibility;
}

const OWNER = /^[a-z\d][a-z\d_-]{0,99}$/i;
const REPOSITORY = /^(?!\.{1,2}$)(?!.*\.git$)[a-z\d._-]{1,100}$/i;
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const ENVIRONMENT = /^(?!\.{1,2}$)[^\u0000-\u001f\u007f]{1,255}$/;
const article = { repository: 'a repository', organization: 'an organization' };
const keys = { repository: ['environment', 'app'], organization: ['visibility', 'app'] };

/**
 * Understands `github:OWNER/REPO[?environment=E][&app=A]` and `github:ORG[?visibility=V][&app=A]`.
 *
 * GitHub ignores case in the names of owners, repositories and environments, so the canonical form has them in lower case.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseGithubTarget(target: Target): GithubTarget {
  const [owner = '', repository, ...more] = target.path.split('/');
  const isRepository = repository !== undefined;
  if (repository?.endsWith('.git') === true)
    throw invalid(target, 'a repository is named without ".git"', 'Leave out ".git".');
  if (!OWNER.test(owner) || (isRepository && !REPOSITORY.test(repository)) || more.length > 0)
    throw invalid(target, 'its path is neither OWNER/REPO nor ORG');
  checkKeys(target, isRepository ? 'repository' : 'organization');

  const app = choose(target, 'app', apps) ?? 'actions';
  const { environment } = target.query;
  if (environment !== undefined && !ENVIRONMENT.test(environment))
    throw invalid(target, 'there is no environment of that name');
  const place = !isRepository
    ? 'organization'
    : environment === undefined
      ? 'repository'
      : 'environment';
  const scope = scopes[`${place}/${app}`];
  if (scope === undefined)
    throw invalid(target, `an ${place} has no secrets for ${app}`, 'Leave out app.');

  return {
    id: formatTarget('github', target.path.toLowerCase(), {
      environment: environment?.toLowerCase(),
      app: app === 'actions' ? undefined : app,
    }),
    scope,
    app,
    parameters: !isRepository
      ? { org: owner }
      : {
          owner,
          repo: repository,
          ...(environment !== undefined && { environment_name: environment }),
        },
    visibility: choose(target, 'visibility', visibilities) ?? 'private',
  };
}

function checkKeys(target: Target, place: keyof typeof keys): void {
  const allowed = keys[place];
  for (const key of Object.keys(target.query)) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed);
    throw invalid(
      target,
      `${article[place]} has no "${key}"`,
      near === undefined ? `Known there: ${allowed.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
}

function choose<Value extends string>(
  target: Target,
  key: string,
  values: readonly Value[],
): Value | undefined {
  const given = target.query[key];
  if (given === undefined) return undefined;
  const value = values.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  const near = nearest(given, values);
  throw invalid(
    target,
    `${key} cannot be "${given}"`,
    near === undefined ? `It is one of ${values.join(', ')}.` : `Did you mean ${near}?`,
  );
}

function invalid(
  target: Target,
  why: string,
  hint = 'Write github:OWNER/REPO, github:OWNER/REPO?environment=NAME or github:ORG.',
): KeyturnError {
  return new KeyturnError('TARGET_INVALID', `"${target.text.slice(0, 200)}": ${why}`, {
    hint,
    effect: 'none',
  });
}
