import { defineSink, type AdapterContext, type SinkBackend } from '@keyturn/core';

import { check } from './check.ts';
import { createClient } from './client.ts';
import { confirm } from './confirm.ts';
import { gitlabUrl } from './connection.ts';
import { credentials } from './credentials.ts';
import { deliver, type Known } from './deliver.ts';
import { holds } from './hint.ts';
import { neighbours } from './neighbours.ts';
import { patterns } from './projects.ts';
import { rates } from './rates.ts';
import { inferTarget } from './remote.ts';
import { protection } from './protection.ts';
import { remove } from './remove.ts';
import { levelFacts } from './scopes.ts';
import { ci } from './pipeline.ts';
import { parseGitlabTarget, type GitlabTarget } from './target.ts';
import { hasJobs, trial } from './trial.ts';
import { usages } from './usages.ts';

/** Delivers to the CI/CD variables of GitLab projects, groups and instances, in every environment scope. */
export const gitlabSink = defineSink({
  kind: 'gitlab',
  env: [
    {
      name: 'GITLAB_TOKEN',
      description: 'An access token with the scope "api".',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_GITLAB_TOKEN',
        about:
          'a project or group access token of a Maintainer (of an Owner for groups), scope api',
      },
    },
    {
      name: 'GITLAB_HOST',
      description: 'The URL of the server, https://gitlab.com by default.',
      secret: false,
    },
    {
      name: 'CI_SERVER_URL',
      description: 'Used if GITLAB_HOST is not set.',
      secret: false,
    },
    {
      name: 'CI_PROJECT_PATH',
      description: 'The project, if the target does not name one.',
      secret: false,
    },
  ],
  rates,
  parseTarget: parseGitlabTarget,
  infer: inferTarget,
  ci,
  patterns,
  usages,
  protection,
  connect,
});

/** docs: «CI/CD variables»: names and the size of values. GitLab's PostgreSQL cannot store NUL. */
function connect(target: GitlabTarget, context: AdapterContext): SinkBackend {
  const client = createClient(target, context);
  const known: Known = new Map();
  const { maxBytes } = levelFacts[target.level];
  return {
    id: target.id,
    server: gitlabUrl(context.env),
    supports: { readBack: 'value', atomic: false, remove: true },
    limits: {
      name: /^[a-zA-Z0-9_]{1,255}$/,
      value: /^[^\0]*$/,
      ...(maxBytes !== undefined && { maxBytes }),
    },

    check: (names, call) => check(client, known, names, context, call),
    deliver: (entries, call) => deliver(client, known, entries, context, call),
    cost: (names) => ({ inRow: 1, inAll: names.length }),
    confirm: (expected, proof, call) => confirm(client, expected, proof, call),
    credentials: (call) => credentials(context, call),
    holds: (names, call) => holds(client, names, call),
    neighbours: (query, call) => neighbours(target, query, context, call),
    ...(hasJobs(target) && { trial: (wanted, call) => trial(target, context, wanted, call) }),
    async remove(names, call) {
      for (const name of names) known.delete(name);
      await remove(client, names, call);
    },
  };
}
