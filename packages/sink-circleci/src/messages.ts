import {
  KeyturnError,
  nearest,
  printable,
  targetInvalid,
  type Effect,
  type Target,
} from '@keyturn/core';

import type { SaidHint } from '@keyturn/http';

import type { CircleciTarget, ContextTarget } from './target.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

export const FORMS =
  'Use circleci:VCS/ORG/PROJECT or circleci:VCS/ORG?context=NAME, where VCS is gh, bb or circleci.';
export const CHECK_HOST = 'Check that CIRCLE_HOST is the URL of CircleCI.';

/** A target as the messages describe it. */
function described(target: CircleciTarget): string {
  if (target.kind === 'project')
    return `the project ${target.slug} (for GitLab and the GitHub App, use circleci/ORG-ID/PROJECT-ID)`;
  const { owner, context } = target;
  return `the context "${context}" or its organization ${'slug' in owner ? owner.slug : owner.id}`;
}

// Targets.

export const pathInvalid = (target: Target, suggestion: string | undefined): KeyturnError => {
  const hint = suggestion === undefined ? FORMS : `Did you mean ${suggestion}?`;
  const what = 'the path must be VCS/ORG/PROJECT, VCS/ORG or the ID of an organization';
  return targetInvalid(target, what, hint);
};

export const contextRequired = (target: Target): KeyturnError =>
  targetInvalid(target, 'an organization only has variables in its contexts', FORMS);

export const contextOfProject = (target: Target): KeyturnError =>
  targetInvalid(target, 'a context belongs to an organization, not to a project', FORMS);

export const contextInvalid = (target: Target): KeyturnError =>
  targetInvalid(target, 'the name of the context is invalid', FORMS);

export const searchTooNarrow = (target: Target): KeyturnError =>
  targetInvalid(
    target,
    'this target cannot be searched',
    'Use circleci:VCS/ORG or circleci:VCS/ORG/PROJECT, where VCS is gh, bb or circleci.',
  );

export const contextNotFound = (target: ContextTarget, known: readonly string[]): KeyturnError => {
  const near = nearest(target.context, known);
  return new KeyturnError('TARGET_NOT_FOUND', `${target.id}: context not found`, {
    hint:
      near === undefined
        ? `Either ${described(target)} does not exist, or the token cannot see it.`
        : `Did you mean "${near}"? Otherwise, check that the token can see it.`,
    effect: 'none',
  });
};

export const contextAmbiguous = (
  { id, context }: ContextTarget,
  ids: readonly string[],
): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: ${ids.length} contexts are named "${context}"`, {
    hint: `Use the ID of one of them: context=${ids.slice(0, 5).join(' or ')}.`,
    effect: 'none',
  });

// Credentials.

export const tokenMissing = (): KeyturnError =>
  new KeyturnError(
    'CREDENTIALS_MISSING',
    'neither CIRCLECI_TOKEN nor CIRCLE_TOKEN contains a valid token',
    {
      hint: 'Set CIRCLECI_TOKEN to a personal API token whose owner can change the variables there.',
      effect: 'none',
    },
  );

export const hostInvalid = (url: string, instead: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', 'CIRCLE_HOST is not the URL of CircleCI', {
    hint: `Replace ${printable(url, 200)} with ${printable(instead, 200)}.`,
    effect: 'none',
  });

export const projectToken = (source: string): KeyturnError =>
  new KeyturnError('AUTH_DENIED', `${source} is a project token, which does not work here`, {
    hint: 'Set it to a personal API token.',
    effect: 'none',
  });

export const personalTokenForm = 'a personal API token';
export const oldTokenForm = 'an API token in the format from before July 2023';

export const oldTokenRejected = (): string =>
  'contexts reject tokens that were created before June 2023';

// Requests and responses.

/** What a token needs, by the kind of target. */
const needs: Readonly<Record<CircleciTarget['kind'], string>> = {
  project: 'its owner must be able to change the settings of the project',
  context: 'its owner must be a member of the groups that the context is restricted to',
};

/** Hints by what CircleCI says. */
export const saidHints: readonly SaidHint[] = [
  [
    /new format tokens are needed/i,
    'CircleCI rejects tokens in the format from before July 2023: create a new personal API token.',
  ],
  [/\bexpired\b/i, 'The token has expired: create a new personal API token.'],
  [
    /\bIP\b.*\b(?:not allowed|restrict|denied|blocked|allow ?list)/i,
    'The organization does not allow this IP address: run keyturn from an allowed address, or have this one added.',
  ],
  [
    /\bSSO\b|\bSAML\b|single sign-on/i,
    'The organization requires single sign-on: log in to CircleCI through it as the owner of the token, then run it again.',
  ],
  [
    /\b(?:suspended|blocked|disabled)\b/i,
    'CircleCI has suspended or blocked the account or the organization: see its page there for the reason.',
  ],
];

/** Hints by status. */
export const refusalHints = (
  target: CircleciTarget,
  isServer: boolean,
): Readonly<Record<number, string>> => {
  const isBySlug = isServer && target.kind === 'context' && 'slug' in target.owner;
  const byId = isBySlug
    ? 'On a server, use the ID of the organization: circleci:ORG-ID?context=NAME. '
    : '';
  return {
    400: `${byId}Check that CircleCI allows the name, and that there is room for another variable.`,
    401: 'The token in CIRCLECI_TOKEN or CIRCLE_TOKEN is invalid, expired, older than June 2023, for another CIRCLE_HOST, or not a personal API token: project tokens do not work here.',
    403: `The token is not allowed to do this: ${needs[target.kind]}.`,
    404: `${byId}Either ${described(target)} does not exist, or the token cannot see it.`,
  };
};

export const targetRedirected = (
  target: CircleciTarget,
  what: string,
  effect: Effect,
): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${what} was redirected`, {
    hint: `If ${described(target)} was renamed or moved, use its new name in the target.`,
    effect,
  });

export const listInvalid = (id: string, path: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: the response to GET ${path} is not a valid list`, {
    hint: CHECK_HOST,
    effect: 'none',
  });

export const projectListInvalid = (owner: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `circleci:${owner}: the list of projects is invalid`, {
    hint: 'Search the projects one by one: circleci:VCS/ORG/PROJECT.',
    effect: 'none',
  });

// Contexts.

export const tooManyVariables = (
  id: string,
  names: readonly string[],
  size: number,
  most: number,
): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: with ${names.join(', ')}, the context would have ${size} variables, but the limit is ${most}`,
    { hint: 'Remove variables that are not used, or use another context.', effect: 'none' },
  );

export const restrictedToGroups = (groups: readonly string[]): string =>
  `only members of ${groups.join(', ')} can change the variables of the context, so the owner of the token must be one`;

// Deliveries.

export const writeMismatch = (id: string, name: string): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${id}: the response to writing ${name} does not match what was written`,
    { hint: 'Run it again, and check that nobody else writes it at the same time.' },
  );

// Canaries.

export const parameterMissing = (id: string, parameter: string): KeyturnError =>
  new KeyturnError(
    'TARGET_NOT_FOUND',
    `${id}: the configuration does not declare the parameter ${parameter}`,
    {
      hint: 'Add the template of docs/canary.md to .circleci/config.yml on the default branch.',
      effect: 'none',
    },
  );

export const canaryTimedOut = (id: string, workflow: string): KeyturnError =>
  new KeyturnError('TIMED_OUT', `${id}: the workflow ${workflow} did not end in time`, {
    hint: 'Check the pipelines of the project, or increase canary.timeout.',
    effect: 'none',
  });

// What was found, and where.

export const onlyFollowedReason =
  'CircleCI only lists projects that the owner of the token follows';

export const contextPlace = (name: string): string => `context ${printable(name, 80)}`;

export const tailSeen = (name: string): string => `the end of ${name}`;
