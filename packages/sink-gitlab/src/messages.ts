import { KeyturnError, printable, targetInvalid, type Effect, type Target } from '@keyturn/core';

import type { SaidHint } from '@keyturn/http';

import type { Level } from './scopes.ts';
import type { GitlabTarget } from './target.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

const FORMS =
  'Use gitlab:GROUP/PROJECT, gitlab:GROUP/PROJECT?scope=ENVIRONMENT, gitlab:GROUP?level=group or gitlab:?level=instance.';
export const CHECK_HOST =
  'Check that GITLAB_HOST is the URL of a GitLab server, with the path of the installation if it has one.';
const CHECK_TOKEN =
  'The token in GITLAB_TOKEN is invalid, expired or revoked, or belongs to another GITLAB_HOST.';
const ADD_TEMPLATE = 'Add the template of docs/canary.md to .gitlab-ci.yml on the default branch.';
const LICENSE = 'environment scopes of group variables need a Premium license';
const WITHOUT_SCOPE = `Remove scope, or use the group's projects as targets: ${LICENSE}.`;

/** What a token needs: reading variables needs the same as writing them. */
const needs: Readonly<Record<Level, string>> = {
  project: 'the role Maintainer in the project',
  group: 'the role Owner in the group',
  instance: 'the rights of an administrator (and the scope "admin_mode" if admin mode is on)',
};

/** A target as the messages describe it: `the project acme/infra`. */
function described({ level, owner }: GitlabTarget): string {
  return level === 'instance' ? 'the API for administrators' : `the ${level} ${owner}`;
}

const environments = (scope: string | undefined): string =>
  scope === undefined || scope === '*' ? 'every environment (*)' : scope;

// Targets.

export const pathInvalid = (target: Target, level: Level): KeyturnError =>
  targetInvalid(target, `the path is not valid for a ${level}`, FORMS);

export const projectMissing = (target: Target): KeyturnError => {
  const { path } = target;
  const hint = `Use gitlab:${path}/PROJECT, or gitlab:${path}?level=group for the group itself.`;
  return targetInvalid(target, 'the path does not name a project', hint);
};

export const instancePathInvalid = (target: Target): KeyturnError =>
  targetInvalid(target, 'the instance has no path', 'Use gitlab:?level=instance.');

export const scopeInvalid = (target: Target, scope: string): KeyturnError =>
  targetInvalid(target, `invalid environment scope "${scope.slice(0, 80)}"`, FORMS);

export const patternInvalid = (target: Target): KeyturnError =>
  targetInvalid(
    target,
    'a pattern must match the projects of a group',
    'Use gitlab:GROUP/*, or gitlab:GROUP/** to include its subgroups.',
  );

export const searchTooNarrow = (target: Target): KeyturnError =>
  targetInvalid(
    target,
    'this target cannot be searched',
    'Use gitlab:GROUP, gitlab:GROUP/PROJECT or gitlab:?level=instance.',
  );

// Credentials.

export const tokenMissing = (): KeyturnError =>
  new KeyturnError('CREDENTIALS_MISSING', 'GITLAB_TOKEN does not contain a valid token', {
    hint: 'Set GITLAB_TOKEN to an access token with the scope "api": the CI_JOB_TOKEN of a job cannot write variables.',
    effect: 'none',
  });

export const hostInvalid = (name: string, url: string, instead: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${name} is not the URL of a GitLab server`, {
    hint: `Replace ${printable(url, 200)} with ${printable(instead, 200)}.`,
    effect: 'none',
  });

/** Tokens that can never change variables, by their prefix. docs: «Token overview», prefixes. */
export const otherTokens: Readonly<Record<string, string>> = {
  'glcbt-': 'the CI_JOB_TOKEN of a job',
  'gldt-': 'a deploy token',
  'glptt-': 'a pipeline trigger token',
  'glrt-': 'a runner authentication token',
  'glft-': 'a feed token',
};

export const tokenUnsuitable = (source: string, kind: string): KeyturnError =>
  new KeyturnError('AUTH_DENIED', `${source} is ${kind}, which cannot write variables`, {
    hint: 'Set it to a personal, project or group access token with the scope "api".',
    effect: 'none',
  });

export const accessTokenForm = 'an access token';
export const unknownTokenForm = 'a token that GitLab does not describe, such as an OAuth token';

export const credentialHints: Readonly<Record<number, string>> = {
  401: 'Create a new token and set it: this one is invalid, expired or revoked, or belongs to another GITLAB_HOST.',
  403: 'Create a token with the scope "api".',
};

export const apiScopeMissing = (id: string): KeyturnError =>
  new KeyturnError('PERMISSION_DENIED', `${id}: the token cannot write variables`, {
    hint: 'Create a token with the scope "api", and set GITLAB_TOKEN to it.',
    effect: 'none',
  });

export const roleTooLow = (id: string, role: string): KeyturnError =>
  new KeyturnError(
    'PERMISSION_DENIED',
    `${id}: the token has the role ${role} in the project, but its variables need Maintainer`,
    { hint: 'Give the token the role Maintainer in the project.', effect: 'none' },
  );

// Requests and responses.

/** What a request does, as the middle of a message. */
export const requests = {
  readVariable: (name: string) => `reading ${name}`,
  updateVariable: (name: string) => `updating ${name}`,
  createVariable: (name: string) => `creating ${name}`,
  removeVariable: (name: string) => `removing ${name}`,
  takeBackVariable: (name: string) => `removing ${name} again`,
  readOwner: (level: Level) => `reading the ${level}`,
  readPlan: 'reading the plan of the group',
  readBranch: (branch: string) => `the branch ${branch}`,
  startPipeline: 'starting the canary pipeline',
  readJobs: 'reading the jobs of the canary pipeline',
};

/** What a list is called in messages. */
export const lists = {
  variables: (id: string) => `${id}: the list of variables`,
  projects: (id: string) => `${id}: the list of projects`,
  groups: (id: string) => `${id}: the list of groups`,
  subgroups: (id: string) => `${id}: the list of subgroups`,
};

export const listHints: Readonly<Record<number, string>> = { 401: CHECK_TOKEN };

export const projectListHints = (group: string): Readonly<Record<number, string>> => ({
  403: 'The token needs the scope "api", and must belong to a member of the group.',
  404: `Either the group ${group} does not exist, or the token cannot see it; the projects of a person cannot be listed.`,
});

/** Hints by what GitLab says. gitlab: lib/api/api_guard.rb, lib/gitlab/auth/user_access_denied_reason.rb. */
export const saidHints: readonly SaidHint[] = [
  [/\btoken was revoked/i, 'The token was revoked: create a new one, and set GITLAB_TOKEN to it.'],
  [/\btoken is expired/i, 'The token has expired: create a new one, and set GITLAB_TOKEN to it.'],
  [/\binsufficient_scope\b/i, 'Create a token with the scope "api", and set GITLAB_TOKEN to it.'],
  [
    /\bIP\b.*\b(?:not allowed|restrict|denied|blocked)|\bIP (?:address )?(?:restriction|allow)/i,
    'GitLab does not allow this IP address: run keyturn from an allowed address, or have this one added to the restrictions of the group.',
  ],
  [
    /\bSSO\b|\bSAML\b|single sign-on/i,
    "The group requires single sign-on: sign in through the group's SSO page with the owner of the token, then run it again.",
  ],
  [/account (?:has been|is) blocked/i, 'The owner of the token is blocked: ask an administrator.'],
  [
    /account (?:has been|is) (?:deactivated|banned|locked)/i,
    'The account of the token is deactivated or locked: log in to GitLab in a browser, or ask an administrator.',
  ],
  [
    /pending approval|must accept the terms|email address is not confirmed|password (?:has )?expired/i,
    'Log in to GitLab in a browser as the owner of the token, and do what it asks for.',
  ],
  [/\b2FA\b|two-factor/i, 'Enable two-factor authentication for the owner of the token.'],
  [/\barchived\b/i, 'It is archived: unarchive it, or remove it from the sinks.'],
  [
    /read-only (?:GitLab )?(?:instance|mode|state)/i,
    'This GitLab is read-only: use the primary site as GITLAB_HOST, or run it again after the maintenance.',
  ],
  [
    /^Forbidden$/,
    'GitLab blocks this IP address for a while after too many failed logins: check the token, then run it again in an hour.',
  ],
];

/** Hints by status for the requests of a target. */
export const refusalHints: Readonly<Record<number, (target: GitlabTarget) => string>> = {
  400: () =>
    'Check that GitLab can mask the value if the variable is masked, and that there is room for another variable.',
  401: () => CHECK_TOKEN,
  403: ({ level }) =>
    `The token needs the scope "api" and ${needs[level]}; nobody can write the variables of an archived project.`,
  404: (target) =>
    `Either ${described(target)} does not exist, or the token cannot see it: it needs ${needs[target.level]}; ` +
    'behind a proxy that decodes %2F, use its number instead of its path.',
  405: (target) => ifMoved(target),
  409: () => 'Check whether a proxy in front of GITLAB_HOST removes the filter from requests.',
};

const ifMoved = (target: GitlabTarget): string =>
  `If ${described(target)} was renamed or moved, use its new path in the target.`;

/** @param path the new path, if it is known */
export const targetMoved = (
  target: GitlabTarget,
  what: string,
  path: string | undefined,
  effect: Effect,
): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${target.id}: ${what} was redirected`, {
    hint:
      path === undefined
        ? ifMoved(target)
        : `Use ${printable(path, 300)} in the target: ${described(target)} was renamed or moved there.`,
    effect,
  });

/** A redirect to a page where people log in: GitLab sends them for paths that are not its API. */
export const loginRedirected = (id: string, what: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${id}: ${what} was redirected to a login page`, {
    hint: CHECK_HOST,
    effect: 'none',
  });

export const requestInterrupted = (id: string, what: string, effect: Effect): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: ${what} was interrupted`, {
    hint: 'Run it again.',
    effect,
  });

export const requestUnanswered = (id: string, what: string, effect: Effect): KeyturnError =>
  new KeyturnError('NETWORK_FAILED', `${id}: ${what} received no response`, {
    hint: 'Check the network, and GITLAB_HOST.',
    effect,
  });

export const listInvalid = (what: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${what}: unexpected response`, {
    hint: CHECK_HOST,
    effect: 'none',
  });

export const ownerIdMissing = ({ id, level }: GitlabTarget): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: the response has no ID of the ${level}`, {
    hint: CHECK_HOST,
    effect: 'none',
  });

export const variableInvalid = (id: string, name: string, effect: Effect): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: the response for ${name} is not a variable`, {
    hint: CHECK_HOST,
    effect,
  });

// The project or group.

export const ownerArchived = (target: GitlabTarget): KeyturnError =>
  new KeyturnError('PERMISSION_DENIED', `${target.id}: ${described(target)} is archived`, {
    hint: 'Unarchive it, or remove it from the sinks: nobody can write its variables.',
    effect: 'none',
  });

export const markedForDeletion = (level: Level, date: string): string =>
  `the ${level} was marked for deletion on ${printable(date, 40)}: remove it from the sinks`;

export const archivedReason = 'it is archived';

// Environment scopes.

export const planUnsupported = (id: string): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: the group is on the Free plan, which stores every variable for all environments`,
    { hint: WITHOUT_SCOPE, effect: 'none' },
  );

export const scopeIgnored = (id: string, name: string, effect: Effect): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: GitLab returned ${name} of another environment scope than requested`,
    {
      hint: 'Remove scope if GitLab is older than 16.9 or has no Premium license: environment scopes of group variables need both.',
      effect,
    },
  );

export const scopeTaken = ({ id, scope }: GitlabTarget, name: string): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${id}: GitLab does not create ${name} for ${scope}, because another environment scope has it`,
    { hint: WITHOUT_SCOPE, effect: 'none' },
  );

const misplaced = ({ id, scope }: GitlabTarget, name: string, actual: string | undefined) =>
  `${id}: GitLab stored ${name} for ${environments(actual)} instead of ${scope}`;

/** @param actual the scope that GitLab stored it for */
export const misplacedRemoved = (
  target: GitlabTarget,
  name: string,
  actual: string | undefined,
): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${misplaced(target, name, actual)}, so it was deleted again`,
    { hint: WITHOUT_SCOPE, effect: 'none' },
  );

/** @param lost the message of the error if the state was lost before the deletion */
export const misplacedLeft = (
  target: GitlabTarget,
  name: string,
  actual: string | undefined,
  lost?: string,
): KeyturnError => {
  const left = `${misplaced(target, name, actual)}, and it is still there`;
  return new KeyturnError(
    lost === undefined ? 'REMOTE_REJECTED' : 'STATE_LOST',
    lost === undefined ? left : `${lost}; ${left}`,
    {
      hint: `Delete ${name} for ${environments(actual)} in the CI/CD settings of ${described(target)}: ${LICENSE}.`,
      effect: 'unknown',
    },
  );
};

/** Where something was found: in another environment scope. */
export const scopePlace = (scope: string): string => `scope ${scope}`;

// Deliveries.

export const valueOverwritten = (id: string, name: string): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${id}: GitLab shows a different value for ${name} than was written`,
    {
      hint: 'Run it again, and check that nobody else writes it at the same time.',
      effect: 'unknown',
    },
  );

// Canaries.

export const canaryHints: Readonly<Record<number, string>> = {
  400: ADD_TEMPLATE,
  403: 'The token needs the scope "api" and the role Developer in the project, which must not be archived.',
  404: 'Either the project does not exist, or the token cannot see it.',
};

export const jobMissing = (id: string, job: string): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: the pipeline has no job ${job}`, {
    hint: ADD_TEMPLATE,
    effect: 'none',
  });

export const canaryTimedOut = (id: string, job: string): KeyturnError =>
  new KeyturnError('TIMED_OUT', `${id}: the job ${job} did not end in time`, {
    hint: 'Check that a runner is free for the pipeline, or increase canary.timeout.',
    effect: 'none',
  });
