import { defineSink, type AdapterContext, type SinkBackend } from '@keyturn/core';

import { check } from './check.ts';
import { createClient } from './client.ts';
import { confirm } from './confirm.ts';
import { credentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { tailSeen } from './messages.ts';
import { neighbours } from './neighbours.ts';
import { createPlaceReader } from './place.ts';
import { rates } from './rates.ts';
import { inferTarget } from './remote.ts';
import { remove } from './remove.ts';
import type { Variable } from './scopes.ts';
import { ci } from './pipeline.ts';
import { parseCircleciTarget, type CircleciTarget } from './target.ts';
import { trial } from './trial.ts';
import { usages } from './usages.ts';
import { readVariables } from './variables.ts';

/** Delivers to the variables of CircleCI's projects and contexts. */
export const circleciSink = defineSink({
  kind: 'circleci',
  env: [
    {
      name: 'CIRCLECI_TOKEN',
      description: 'A personal API token whose owner can change the variables.',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_CIRCLECI_TOKEN',
        about: 'a personal API token of somebody who may change the variables',
      },
    },
    { name: 'CIRCLE_TOKEN', description: 'Used if CIRCLECI_TOKEN is not set.', secret: true },
    {
      name: 'CIRCLE_HOST',
      description: 'The URL of a server, https://circleci.com by default.',
      secret: false,
    },
    {
      name: 'CIRCLE_PROJECT_USERNAME',
      description: 'The organization, if the target does not name one.',
      secret: false,
    },
    {
      name: 'CIRCLE_PROJECT_REPONAME',
      description: 'The project, if the target does not name one.',
      secret: false,
    },
    {
      name: 'CIRCLE_REPOSITORY_URL',
      description: 'Shows whether both are on GitHub or on Bitbucket.',
      secret: false,
    },
  ],
  rates,
  parseTarget: parseCircleciTarget,
  infer: inferTarget,
  ci,
  // Its path begins with the VCS.
  scopeOf: ({ kind, path }) => `${kind}:${path.split('/').slice(0, 2).join('/')}`,
  usages,
  connect,
});

/** docs: guides/security/contexts: names of at most 300 characters, values of at most 32k. */
function connect(target: CircleciTarget, context: AdapterContext): SinkBackend {
  const client = createClient(target, context);
  const places = createPlaceReader(client);
  const shown = new Map<string, Variable>();
  return {
    id: target.id,
    server: client.installation.server,
    supports: { readBack: 'tail', atomic: false, remove: true },
    limits: { maxBytes: 32 * 1024, name: /^[A-Za-z_][A-Za-z0-9_]{0,299}$/ },

    async check(names, call) {
      const { report, variables } = await check(client, places, names, call);
      shown.clear();
      for (const [name, variable] of variables) shown.set(name, variable);
      return report;
    },
    deliver: (entries, call) => deliver(client, places, entries, shown, context.clock, call),
    cost: (names) => ({ inRow: 1, inAll: names.length }),
    confirm: (expected, proof, call) => confirm(client, places, expected, proof, call),
    neighbours: (query, call) => neighbours(client, places, query, call),
    async holds(names, call) {
      const variables = await readVariables(client, await places.known(call), call);
      const tail = variables.get(names.at(-1) ?? '')?.tail;
      return tail === undefined || tail === '' ? undefined : { tail };
    },
    async clue([name = '', ...others], call) {
      if (others.length === 0) return undefined;
      const variables = await readVariables(client, await places.known(call), call);
      const idTail = variables.get(name)?.tail;
      return idTail === undefined || idTail === '' ? undefined : { idTail, seen: tailSeen(name) };
    },
    credentials: (call) => credentials(client, context.env, call),
    remove: (names, call) => remove(client, places, names, call),
    // A context has no project in which a job could be started, and `circleci/…` projects start jobs in another way.
    ...(target.kind === 'project' &&
      !target.slug.startsWith('circleci/') && {
        trial: (wanted, call) => trial(client, target.slug, wanted, context.clock, call),
      }),
  };
}
