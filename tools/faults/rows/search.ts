import type { SinkAdapter } from '../../../packages/core/src/index.ts';
import { circleciSink } from '../../../packages/sink-circleci/src/index.ts';
import { githubSink } from '../../../packages/sink-github/src/index.ts';
import { gitlabSink } from '../../../packages/sink-gitlab/src/index.ts';
import type { Row } from '../row.ts';

const call = { signal: new AbortController().signal };

/** A word of the reason that CircleCI's projects are always skipped for: only those that somebody follows are listed. */
const ALWAYS = 'follows';

/** One request of those with which `discover` and `audit` look through a whole account. */
function row(
  adapter: SinkAdapter,
  scope: string,
  request: string,
  path: RegExp,
  purpose: Row['purpose'] = 'search',
): Row {
  return {
    provider: adapter.kind as Row['provider'],
    request: `GET ${request}, for a search`,
    purpose,
    aim: { method: 'GET', path },
    call: (trial, aims) =>
      trial.with(aims, async ({ context }) => {
        let result = 'succeeds';
        for await (const usage of adapter.usages(scope, ['PLANETSCALE_*'], context, call) ?? [])
          if ('skipped' in usage && !usage.reason.includes(ALWAYS)) result = 'skipped';
        return result;
      }),
  };
}

const group = 'gitlab:acme';
const instance = 'gitlab:?level=instance';
const organization = 'circleci:gh/acme';

/** Every request of a search. */
export const searchRows: readonly Row[] = [
  row(githubSink, 'github:acme', '/orgs/{org}', /^\/orgs\/acme$/, 'read'),
  row(githubSink, 'github:ada', '/users/{name}', /^\/users\/ada$/, 'read'),
  row(
    githubSink,
    'github:acme',
    '/orgs/{org}/actions/secrets',
    /^\/orgs\/acme\/actions\/secrets\?/,
  ),
  row(githubSink, 'github:acme', '/repos/{repo}/actions/secrets', /acme\/web\/actions\/secrets\?/),
  row(githubSink, 'github:acme', '/repos/{repo}/environments', /acme\/api\/environments\?/),
  row(gitlabSink, group, '/groups/{id}/descendant_groups', /descendant_groups/, 'read'),
  row(gitlabSink, group, '/groups/{id}/variables', /\/groups\/acme\/variables\?/),
  row(gitlabSink, group, '/projects/{id}/variables', /acme%2Finfra\/variables\?/),
  row(gitlabSink, instance, '/groups', /^\/api\/v4\/groups\?/, 'read'),
  row(gitlabSink, instance, '/projects', /^\/api\/v4\/projects\?/, 'read'),
  row(circleciSink, organization, '/context', /^\/api\/v2\/context\?/, 'read'),
  row(circleciSink, organization, '/context/{id}/environment-variable', /environment-variable/),
  row(circleciSink, organization, '/api/v1.1/projects', /^\/api\/v1.1\/projects/),
  row(circleciSink, organization, '/project/gh/acme/web/envvar', /acme\/web\/envvar/),
];
