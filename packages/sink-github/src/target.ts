import { checkOptions, chooseOption, formatTarget, type Target } from '@keyturn/core';

import { appUnsupported, environmentInvalid, gitSuffixInvalid, pathInvalid } from './messages.ts';
import { apps, scopes, visibilities, type Scope, type Visibility } from './scopes.ts';

/** One place with secrets, and the parameters of its paths. */
export interface GithubTarget {
  /** The canonical target. Visibility is not a part of it, because it only matters for new secrets. */
  readonly id: string;
  readonly scope: Scope;
  readonly app: (typeof apps)[number];
  /** As written: GitHub ignores their case. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Which repositories see a new secret of an organization. */
  readonly visibility: Visibility;
}

const OWNER = /^[a-z\d][a-z\d_-]{0,99}$/i;
const REPOSITORY = /^(?!\.{1,2}$)(?!.*\.git$)[a-z\d._-]{1,100}$/i;
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const ENVIRONMENT = /^(?!\.{1,2}$)[^\u0000-\u001f\u007f]{1,255}$/;
const repositoryOptions = { known: ['environment', 'app'], place: 'a repository' };
const organizationOptions = { known: ['visibility', 'app'], place: 'an organization' };

/**
 * Parses `github:OWNER/REPO[?environment=E][&app=A]` and `github:ORG[?visibility=V][&app=A]`.
 *
 * GitHub ignores the case of owners, repositories and environments, so the canonical form has them in lower case.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseGithubTarget(target: Target): GithubTarget {
  const [owner = '', repository, ...more] = target.path.split('/');
  const isRepository = repository !== undefined;
  if (repository?.endsWith('.git') === true) throw gitSuffixInvalid(target);
  if (!OWNER.test(owner) || (isRepository && !REPOSITORY.test(repository)) || more.length > 0)
    throw pathInvalid(target);
  checkOptions(target, isRepository ? repositoryOptions : organizationOptions);

  const app = chooseOption(target, 'app', apps) ?? 'actions';
  const { environment } = target.query;
  if (environment !== undefined && !ENVIRONMENT.test(environment)) throw environmentInvalid(target);
  const place = !isRepository
    ? 'organization'
    : environment === undefined
      ? 'repository'
      : 'environment';
  const scope = scopes[`${place}/${app}`];
  if (scope === undefined) throw appUnsupported(target, place, app);

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
    visibility: chooseOption(target, 'visibility', visibilities) ?? 'private',
  };
}
