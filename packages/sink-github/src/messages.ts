import { KeyturnError, printable, targetInvalid, type Effect, type Target } from '@keyturn/core';

import type { Asked } from './refusal.ts';
import type { GithubTarget } from './target.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

const FORMS = 'Use github:OWNER/REPO, github:OWNER/REPO?environment=NAME or github:ORG.';
export const CHECK_API_URL = 'Check that GITHUB_API_URL is the URL of a GitHub API.';

/** A target as the messages describe it. */
function described({ parameters }: GithubTarget): string {
  const { owner, repo, org, environment_name: environment } = parameters;
  if (org !== undefined) return `the organization ${org}`;
  return environment === undefined
    ? `the repository ${owner}/${repo}`
    : `the repository ${owner}/${repo} or its environment "${environment}"`;
}

/** The same of what is certainly there. */
function placeOf(target: GithubTarget): string {
  const { owner, repo, environment_name: environment } = target.parameters;
  return environment === undefined
    ? described(target)
    : `the environment "${environment}" of ${owner}/${repo}`;
}

// Targets.

export const pathInvalid = (target: Target): KeyturnError =>
  targetInvalid(target, 'the path must be OWNER/REPO or ORG', FORMS);

export const gitSuffixInvalid = (target: Target): KeyturnError =>
  targetInvalid(target, 'the name of a repository cannot end in ".git"', 'Remove ".git".');

export const environmentInvalid = (target: Target): KeyturnError =>
  targetInvalid(target, 'the name of the environment is invalid', FORMS);

export const appUnsupported = (target: Target, place: string, app: string): KeyturnError =>
  targetInvalid(target, `an ${place} has no secrets for ${app}`, 'Remove app.');

export const ownerIsPattern = (target: Target): KeyturnError =>
  targetInvalid(target, 'the owner cannot be a pattern', 'Use github:OWNER/* for each owner.');

export const topicInvalid = (target: Target, topic: string): KeyturnError =>
  targetInvalid(target, `invalid topic "${topic.slice(0, 60)}"`, 'Use topic=NAME.');

export const searchTooNarrow = (target: Target): KeyturnError =>
  targetInvalid(target, 'this target cannot be searched', 'Use github:OWNER or github:OWNER/REPO.');

export const nameTwice = (id: string, name: string): KeyturnError =>
  new KeyturnError('NAME_INVALID', `${id}: the name ${name} is used twice: GitHub ignores case`, {
    hint: 'Choose names that differ in more than case.',
    effect: 'none',
  });

// Credentials and configuration.

export const appIdInvalid = (): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', 'GITHUB_APP_ID is not the ID of a GitHub App', {
    hint: 'Copy the App ID or the client ID from the settings page of the App.',
    effect: 'none',
  });

export const privateKeyInvalid = (): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    'GITHUB_APP_PRIVATE_KEY is not an RSA private key without a passphrase',
    {
      hint: 'Set it to the contents of the .pem file of the App, or to that file in base64.',
      effect: 'none',
    },
  );

export const installationIdInvalid = (): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', 'GITHUB_APP_INSTALLATION_ID is not a number', {
    hint: 'Set it to the number at the end of the URL of the installation, or unset it to have it looked up.',
    effect: 'none',
  });

export const apiUrlInvalid = (
  url: string,
  instead = 'https://api.github.com, or with https://HOST/api/v3 for a server',
): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', 'GITHUB_API_URL is not the URL of an API', {
    hint: `Replace ${printable(url, 200)} with ${instead}.`,
    effect: 'none',
  });

/** @param unset the variable of an App that is missing, if the other one is set */
export const tokenMissing = (unset: string | undefined): KeyturnError => {
  const half = unset === undefined ? '' : `, and ${unset} is not set`;
  const message = `neither GITHUB_TOKEN nor GH_TOKEN contains a valid token${half}`;
  return new KeyturnError('CREDENTIALS_MISSING', message, {
    hint: 'Set GITHUB_TOKEN to a token that can write secrets, or set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
    effect: 'none',
  });
};

/** What a token is, by its prefix. docs: «About authentication to GitHub», token formats. */
export const tokenForms: Readonly<Record<string, string>> = {
  ghp_: 'a classic personal access token',
  github_pat_: 'a fine-grained personal access token',
  gho_: 'an OAuth token, such as the one that gh uses',
  ghu_: 'a user access token of a GitHub App',
  ghs_: 'an installation token of a GitHub App; the GITHUB_TOKEN of a workflow is one, and cannot write secrets',
};

export const appForm = (id: string | undefined): string => `the GitHub App ${id}`;

export const twoTokens = (): string =>
  'GITHUB_TOKEN and GH_TOKEN are set to different tokens, and GITHUB_TOKEN is used';

export const credentialHints: Readonly<Record<number, string>> = {
  401: 'Create a new token and set it: this one is invalid, expired or revoked, or belongs to another GITHUB_API_URL.',
  404: 'Check that GITHUB_API_URL is the URL of the API: that of a server ends in /api/v3.',
};

// A token of an App.

export const appRequest = (id: string, owner: string): string => `GitHub App ${id} for ${owner}`;

export const appHints: Readonly<Record<number, string>> = {
  401: 'Check that GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong to the same App, and that the clock of this machine is right.',
  403: 'Check whether the installation of the App is suspended.',
  404: 'Install the App there; if it is installed, check GITHUB_APP_ID and GITHUB_APP_INSTALLATION_ID.',
};

export const appResponseInvalid = (what: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${what}: unexpected response`, {
    hint: CHECK_API_URL,
    effect: 'none',
  });

// What the token or the App is not allowed to do.

/** @param grant the permission by the name that GitHub uses for installations, with what its own token shows of it */
export const notGranted = (
  target: GithubTarget,
  grant?: { readonly name: string; readonly isRead: boolean },
): KeyturnError => {
  const { permission, personalOnly } = target.scope;
  const has = grant?.isRead === true ? `${grant.name}: read` : `no ${grant?.name}`;
  const shown = grant === undefined ? '' : ` (its installation has ${has})`;
  return new KeyturnError('PERMISSION_DENIED', `${target.id}: the App cannot write there${shown}`, {
    hint:
      personalOnly === true
        ? 'Set GITHUB_TOKEN to a personal access token: GitHub does not allow Apps to write there.'
        : `Give the App the ${permission}, and accept it where the App is installed.`,
    effect: 'none',
  });
};

export const classicScopeMissing = (
  { id, scope }: GithubTarget,
  has: ReadonlySet<string>,
): KeyturnError =>
  new KeyturnError('PERMISSION_DENIED', `${id}: the token cannot write secrets there`, {
    hint: `Give the classic token the scope "${scope.classicScope}": it has ${scopeList([...has])}.`,
    effect: 'none',
  });

const scopeList = (scopes: readonly string[]): string =>
  scopes.length === 0 ? 'no scope' : `only ${printable(scopes.join(', '), 100)}`;

export const repoScopeMissing = (): string =>
  'the token lacks the scope "repo", so it cannot update a secret of selected private repositories';

/** Why nothing can be written to a repository or an organization. */
export type Obstacle = 'archived' | 'disabled' | 'readOnly';

const obstacles: Readonly<Record<Obstacle, { readonly why: string; readonly hint: string }>> = {
  archived: {
    why: 'is archived, so its secrets cannot be written',
    hint: 'Unarchive it, or remove it from the sinks.',
  },
  disabled: {
    why: 'is disabled by GitHub, so its secrets cannot be written',
    hint: 'Check its page on GitHub for the reason, or remove it from the sinks.',
  },
  readOnly: {
    why: 'is read-only for the owner of the token',
    hint: 'Give the owner of the token the role Write there, or use the token of somebody who has it.',
  },
};

export const notWritable = (id: string, name: string, obstacle: Obstacle): KeyturnError => {
  const { why, hint } = obstacles[obstacle];
  return new KeyturnError('PERMISSION_DENIED', `${id}: ${name} ${why}`, { hint, effect: 'none' });
};

/** Hints for a 403 that no permission fixes. */
export const forbiddenHints = {
  ipAllowList: () =>
    'The organization has an IP allow list: run keyturn from an address on that list, or have this one added.',
  lifetime: (days: string | undefined, page: string | undefined) => {
    const most =
      days === undefined ? 'such a long lifetime' : `a lifetime of more than ${days} days`;
    const where =
      page === undefined ? 'on GitHub under Settings, Developer settings' : `at ${page}`;
    return `The organization does not allow tokens with ${most}: set an earlier expiration date ${where}.`;
  },
  classicToken: () =>
    'The organization does not allow classic tokens: create a fine-grained token, or use a GitHub App.',
  fineGrainedToken: () =>
    'The organization does not allow fine-grained tokens: use a GitHub App, or a classic token.',
  singleSignOn: (page?: string) => {
    const where =
      page === undefined ? 'on the page of the token, under Configure SSO' : `at ${page}`;
    return `Authorize the token for the single sign-on of its organization, ${where}.`;
  },
  oauthApp: () =>
    'The organization restricts OAuth apps: have the app approved there, or use a personal access token.',
  archived: () => 'It is archived: unarchive it, or remove it from the sinks.',
  role: (role: string | undefined) =>
    role === undefined
      ? 'The owner of the token lacks the role that this needs: Write for a repository, owner for an organization.'
      : `The owner of the token needs the role ${role} there.`,
  suspended: () => 'The account of the token is suspended: contact GitHub Support.',
  installationSuspended: () =>
    'The installation of the App is suspended: have an owner of the organization unsuspend it.',
  organizationSuspended: () => 'The organization is suspended: contact GitHub Support.',
  twoFactor: () =>
    'The organization requires two-factor authentication: enable it for the owner of the token.',
  blocked: () => 'GitHub has blocked access to it: see its page on GitHub for the reason.',
  workflowToken: () =>
    'The token belongs to a GitHub App, such as the GITHUB_TOKEN of a workflow, and cannot write secrets: use a personal access token, or set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
};

/** Hints by status. */
export const refusalHints = {
  401: ({ identity }: Asked) =>
    identity === 'app'
      ? 'GitHub no longer accepts the token of the App: run it again, and check that the App is still installed.'
      : 'The token in GITHUB_TOKEN or GH_TOKEN is invalid, expired or revoked, or belongs to another GITHUB_API_URL.',
  403: (asked: Asked, headers: Headers) =>
    `The ${nameOf(asked)} is not allowed to do this in ${placeOf(asked.target)}: ${needs(asked, headers)}.`,
  404: (asked: Asked, headers: Headers) =>
    `Either ${described(asked.target)} does not exist, or the ${nameOf(asked)} cannot see it: ${needs(asked, headers)}.`,
  451: forbiddenHints.blocked,
  422: () => 'Check that GitHub allows the name, and that there is room for another secret.',
};

/** What the target needs, and what GitHub says of this very request. */
function needs(asked: Asked, headers: Headers): string {
  const { permission, classicScope } = asked.target.scope;
  const has = headers.get('x-oauth-scopes');
  // Only a response to a classic token has its scopes.
  if (asked.identity === 'token' && has !== null) {
    const scopes = has.split(/[\s,]+/).filter(Boolean);
    const role = asked.target.parameters.repo === undefined ? 'owner' : 'Write';
    return scopes.includes(classicScope)
      ? `its owner needs the role ${role} there`
      : `it needs the scope "${classicScope}" and has ${scopeList(scopes)}`;
  }
  const accepted = headers.get('x-accepted-github-permissions');
  const named = accepted === null ? '' : `; GitHub asks for ${printable(accepted, 100)}`;
  return asked.identity === 'app'
    ? `it needs the ${permission}, accepted where the App is installed${named}`
    : `it needs the ${permission}, or the scope "${classicScope}" if it is a classic token${named}`;
}

const nameOf = ({ identity }: Asked): string => (identity === 'app' ? 'App' : 'token');

export const pageHint = (): string =>
  'Check GITHUB_API_URL, which ends in /api/v3 for a server: the response did not come from a GitHub API.';

// Requests and responses.

export const requestInterrupted = (id: string, route: string, effect: Effect): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: ${route} was interrupted`, {
    hint: 'Run it again.',
    effect,
  });

export const requestUnanswered = (id: string, route: string, effect: Effect): KeyturnError =>
  new KeyturnError('NETWORK_FAILED', `${id}: ${route} received no response`, {
    hint: 'Check the network, and GITHUB_API_URL.',
    effect,
  });

export const targetRedirected = (
  target: GithubTarget,
  route: string,
  effect: Effect,
): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${route} was redirected`, {
    hint: `If ${described(target)} was renamed or moved, use its new name in the target.`,
    effect,
  });

export const targetRenamed = (
  { id }: GithubTarget,
  old: string,
  name: string,
  effect: Effect,
): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: ${old} was renamed or moved to ${name}`, {
    hint: `Use its new name in the target: ${name} instead of ${old}.`,
    effect,
  });

export const responseInvalid = (id: string, route: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: unexpected response to ${route}`, {
    hint: CHECK_API_URL,
    effect: 'none',
  });

export const repositoriesHidden = (id: string, name: string): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${id}: ${name} was not written, because GitHub does not list all repositories that see it`,
    { hint: 'Give the token access to all of them, or run it again.', effect: 'none' },
  );

export const variableValueMissing = (id: string, variable: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: GitHub does not show the value of ${variable}`, {
    hint: CHECK_API_URL,
    effect: 'none',
  });

// Deliveries.

export const sealFailed = (id: string, name: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: cannot encrypt ${name} with GitHub's public key`, {
    hint: 'Run it again; if it fails again, check GITHUB_API_URL.',
    effect: 'none',
  });

export const interruptedAfterWrite = (id: string): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: interrupted after all secrets were written`, {
    hint: 'Run it again.',
    effect: 'unknown',
  });

export const slotInvalid = (variable: string): string =>
  `the variable ${variable} is neither A nor B: the next delivery sets it to A`;

// Canaries.

export const workflowMissing = (id: string, workflow: string): KeyturnError =>
  new KeyturnError(
    'TARGET_NOT_FOUND',
    `${id}: the workflow ${workflow} is not on the default branch, or the token cannot start it`,
    {
      hint: `Add the template of docs/canary.md there, and give the token "Actions: write" (or the scope "repo").`,
      effect: 'none',
    },
  );

export const canaryTimedOut = (id: string, mark: string): KeyturnError =>
  new KeyturnError('TIMED_OUT', `${id}: the job "keyturn canary ${mark}" did not end in time`, {
    hint: 'Check that a runner is free for the workflow, or increase canary.timeout.',
    effect: 'none',
  });

// What was found, and where.

export const skipReason = (closed: 'archived' | 'disabled'): string => `it is ${closed}`;

export const variableSeen = (name: string): string => `the variable ${name}`;

/** Where something was found that a job reads as well. */
export const places = {
  repository: 'the repository',
  environment: (name: string) => `environment ${printable(name, 100)}`,
  organization: 'the organization',
  variable: 'a variable of Actions',
  repositoryVariable: 'a variable of the repository',
  organizationVariable: 'a variable of the organization',
};
