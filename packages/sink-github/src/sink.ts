import { defineSink, type AdapterContext, type SinkBackend } from '@keyturn/core';

import { check } from './check.ts';
import { createClient, ownerOf } from './client.ts';
import { clue } from './clue.ts';
import { confirm } from './confirm.ts';
import { apiUrl } from './connection.ts';
import { credentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { refuseTwins } from './names.ts';
import { neighbours } from './neighbours.ts';
import { ci } from './pipeline.ts';
import { createPlace } from './place.ts';
import { protection } from './protection.ts';
import { rates } from './rates.ts';
import { inferTarget } from './remote.ts';
import { remove } from './remove.ts';
import { patterns } from './repositories.ts';
import { checkSlots, confirmSlots, deliverSlots } from './slots.ts';
import { parseGithubTarget, type GithubTarget } from './target.ts';
import { hasJobs, trial } from './trial.ts';
import { usages } from './usages.ts';

/** Delivers to the secrets of GitHub Actions, Dependabot and Codespaces, in all their scopes. */
export const githubSink = defineSink({
  kind: 'github',
  env: [
    {
      name: 'GITHUB_TOKEN',
      description: 'A token that can write secrets.',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_GITHUB_TOKEN',
        about:
          'a fine-grained token for the repositories, with "Secrets: write" and where there are environments "Environments: write"; the one of the job may not write secrets',
      },
    },
    { name: 'GH_TOKEN', description: 'Used if GITHUB_TOKEN is not set.', secret: true },
    {
      name: 'GITHUB_APP_ID',
      description: 'The App ID or client ID of a GitHub App that can write secrets.',
      secret: false,
    },
    {
      name: 'GITHUB_APP_PRIVATE_KEY',
      description: 'The private key of that App, as PEM or in base64.',
      secret: true,
    },
    {
      name: 'GITHUB_APP_INSTALLATION_ID',
      description: 'The installation of the App; looked up by default.',
      secret: false,
    },
    {
      name: 'GITHUB_API_URL',
      description: 'The URL of the REST API, https://api.github.com by default.',
      secret: false,
    },
    {
      name: 'GITHUB_REPOSITORY',
      description: 'The repository, if the target does not name one.',
      secret: false,
    },
  ],
  rates,
  parseTarget: parseGithubTarget,
  infer: inferTarget,
  ci,
  patterns,
  usages,
  protection,
  connect,
});

/** docs: «Secrets reference»: names, their case, and the limit of 48 KB for a value. */
function connect(target: GithubTarget, context: AdapterContext): SinkBackend {
  const place = createPlace(target, context);
  const { keys, stored } = place;
  const { variables } = target.scope;
  const common = {
    id: target.id,
    server: apiUrl(context.env),
    limits: {
      maxBytes: 48 * 1024,
      name: /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i,
      ignoresCase: true,
    },
    credentials: (call) => credentials(ownerOf(target), context, call),
    ...(hasJobs(target) && {
      trial: (wanted, call) => trial(target, context, wanted, call),
    }),
  } satisfies Partial<SinkBackend>;
  const backend: SinkBackend = {
    ...common,
    supports: { readBack: 'stamp', atomic: false, remove: true },
    check: (names, call) => check(place, names, context, call),
    deliver: async (entries, call) => {
      refuseTwins(
        target.id,
        entries.map(({ name }) => name),
      );
      return deliver(place, entries, context.clock, call);
    },
    confirm: (expected, proof, call) => {
      const delivered = expected.map(({ name }) => ({ name, secret: name }));
      return confirm(stored, keys, delivered, proof, call);
    },
    // All are written at once, and their stamps are read while the run goes on.
    cost: (names) => ({ inRow: 1, beside: 1, inAll: names.length + 1 }),
    clue: (names, call) => clue(target, names, context, call),
    neighbours: (query, call) => neighbours(target, query, context, call),
    remove: (names, call) => remove(place.client, keys, names, call),
  };
  if (variables === undefined) return backend;
  const variablesClient = createClient({ ...target, scope: variables }, context);
  return {
    ...backend,
    slots: (variable) => {
      const slots = { secrets: place, variables: variablesClient, variable };
      return {
        ...common,
        supports: { readBack: 'stamp', atomic: true, remove: false },
        check: (names, call) => checkSlots(slots, names, context, call),
        deliver: async (entries, call) => {
          refuseTwins(
            target.id,
            entries.map(({ name }) => name),
          );
          return deliverSlots(slots, entries, context.clock, call);
        },
        confirm: (expected, proof, call) =>
          confirmSlots(
            slots,
            expected.map(({ name }) => name),
            proof,
            call,
          ),
        neighbours: (query, call) => neighbours(target, query, context, call, variable),
      };
    },
  };
}
