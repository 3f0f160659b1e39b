import {
  defineSink,
  KeyturnError,
  type AdapterContext,
  type Clock,
  type SinkBackend,
  type StandardSchema,
} from '@keyturn/core';

import { createClient, ownerOf } from './client.ts';
import { clue } from './clue.ts';
import { confirm } from './confirm.ts';
import { credentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { createKeyReader } from './public-key.ts';
import { inferTarget } from './remote.ts';
import { remove } from './remove.ts';
import { patterns } from './repositories.ts';
import { confirmSlots, deliverSlots, type Slots } from './slots.ts';
import { parseGithubTarget, type GithubTarget } from './target.ts';
import { hasJobs, trial } from './trial.ts';
import { usages } from './usages.ts';
import { readVariable } from './variable.ts';

/** Nothing is left to check: a target's syntax has been, and it has no other options. */
const options: StandardSchema<GithubTarget> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) => ({ value: value as GithubTarget }),
  },
};

/** Delivers to the secrets of GitHub Actions, Dependabot and Codespaces, in every scope that they have. */
export const githubSink = defineSink({
  kind: 'github',
  options,
  env: [
    { name: 'GITHUB_TOKEN', description: 'A token that may write secrets.', secret: true },
    { name: 'GH_TOKEN', description: 'Used where GITHUB_TOKEN is not set.', secret: true },
    {
      name: 'GITHUB_APP_ID',
      description: 'A GitHub App that may write secrets, by its id or client id.',
      secret: false,
    },
    {
      name: 'GITHUB_APP_PRIVATE_KEY',
      description: 'The private key of that App, PEM or base64.',
      secret: true,
    },
    {
      name: 'GITHUB_APP_INSTALLATION_ID',
      description: 'Which installation of the App; looked up by default.',
      secret: false,
    },
    {
      name: 'GITHUB_API_URL',
      description: 'The REST API, https://api.github.com by default.',
      secret: false,
    },
    {
      name: 'GITHUB_REPOSITORY',
      description: 'The repository that is meant where the target names none.',
      secret: false,
    },
  ],
  parseTarget: parseGithubTarget,
  infer: inferTarget,
  patterns,
  usages,
  connect,
});

/** docs: «Secrets reference»: names and their case, at most 48 KB for a value. */
function connect(target: GithubTarget, context: AdapterContext): SinkBackend {
  const client = createClient(target, context);
  const keys = createKeyReader(client);
  const { variables } = target.scope;
  const backend: SinkBackend = {
    id: target.id,
    supports: { readBack: 'stamp', atomic: false, remove: true },
    limits: { maxBytes: 48 * 1024, name: /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i },

    async check(names, call) {
      refuseTwins(target.id, names);
      prepareToSeal(context.clock);
      const { classicScopes } = await keys.read(call);
      const isBlind =
        target.scope.repositoryId !== undefined && classicScopes?.has('repo') === false;
      return {
        warnings: isBlind
          ? [
              'without the scope "repo" the token cannot update a secret of selected private repositories',
            ]
          : [],
      };
    },
    async deliver(entries, call) {
      refuseTwins(
        target.id,
        entries.map(({ name }) => name),
      );
      return deliver(client, keys, entries, context.clock, call);
    },
    confirm: (expected, { receipt }, call) => confirm(client, keys, expected, receipt, call),
    clue: (names, call) => clue(target, names, context, call),
    remove: (names, call) => remove(client, keys, names, call),
    credentials: (call) => credentials(ownerOf(target), context, call),
    ...(hasJobs(target) && {
      trial: (wanted, call) => trial(target, context, wanted, call),
    }),
  };
  if (variables === undefined) return backend;
  const variablesClient = createClient({ ...target, scope: variables }, context);
  return {
    ...backend,
    slots: (variable) =>
      inSlots(backend, { secrets: client, variables: variablesClient, keys, variable }, context),
  };
}

/** The code that seals is loaded while the check's answer is on its way: later than the request, which needs all there is before that. */
function prepareToSeal(clock: Clock): void {
  clock.sleep(40).then(
    () => import('./seal.ts'),
    () => undefined,
  );
}

/** The same secrets, each in two slots. */
function inSlots(
  { id, limits, check, credentials: tell, trial: tried }: SinkBackend,
  slots: Slots,
  { clock }: AdapterContext,
): SinkBackend {
  const { variable } = slots;
  return {
    id,
    supports: { readBack: 'stamp', atomic: true, remove: false },
    limits,
    async check(names, call) {
      const [report, found] = await Promise.all([
        check(names, call),
        readVariable(slots.variables, variable, call),
      ]);
      const isForeign = found.exists && found.slot === undefined;
      return {
        warnings: [
          ...report.warnings,
          ...(isForeign ? [`the variable ${variable} says neither A nor B: it will say A`] : []),
        ],
      };
    },
    deliver: (entries, call) => {
      refuseTwins(
        id,
        entries.map(({ name }) => name),
      );
      return deliverSlots(slots, entries, clock, call);
    },
    confirm: (expected, { receipt }, call) => confirmSlots(slots, expected, receipt, call),
    ...(tell !== undefined && { credentials: tell }),
    ...(tried !== undefined && { trial: tried }),
  };
}

/** GitHub ignores the case of names, so two that differ in nothing else are one secret. */
function refuseTwins(id: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toUpperCase()))
      throw new KeyturnError(
        'NAME_INVALID',
        `${id}: ${name} is there twice, since case is ignored`,
        {
          hint: 'Choose names that differ in more than case.',
          effect: 'none',
        },
      );
    seen.add(name.toUpperCase());
  }
}
