import {
  KeyturnError,
  printable,
  type Effect,
  type ErrorCode,
  type IssuerHazard,
  type Permissions,
} from '@keyturn/core';

import type { JsonObject, SaidHint } from '@keyturn/http';

import type { Place } from './place.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

export const CHECK_HOST =
  'Check that GITLAB_HOST is the URL of a GitLab server, with the path of the installation if it has one.';
const CHECK_TOKEN =
  'Create a new token and set GITLAB_TOKEN to it: this one is invalid, expired or revoked, or belongs to another GITLAB_HOST.';
const SEE_TOKENS = 'Run keyturn token list --rotation NAME to see all tokens.';
const ROLES = 'guest, planner, reporter, developer, maintainer or owner';

// What requests are about: each starts a message. `id` is the issuer's, such as `gitlab-token:acme/web`.

export const tokenList = (id: string): string => `${id}: the list of access tokens`;
export const oneToken = (id: string, token: string): string => `${id}: access token ${token}`;
export const newToken = (id: string): string => `${id}: the new access token`;
export const ownToken = (id: string): string => `${id}: the token in use`;
export const ownUser = (id: string): string => `${id}: the user of GITLAB_TOKEN`;
export const oneUser = (id: string, name: string): string => `${id}: the user ${name}`;
export const rulesOf = (id: string): string => `${id}: the rules that name users`;
export const revocation = (id: string, token: string): string =>
  `${id}: could not revoke access token ${token}`;

// Configuration.

export const PATH_INVALID = 'use a path such as acme/web, or a number';
export const USER_INVALID = 'use true, or the name of a user';
export const SCOPE_INVALID = 'use the name of a scope, such as read_api';
export const LEVEL_INVALID = `use ${ROLES}`;
export const PLACE_AMBIGUOUS =
  'set only one of project (acme/web), group (acme) and personal (true, or the name of a user)';
export const LEVEL_OF_USER = 'accessLevel is for tokens of projects and groups: remove it';

/** After the permission itself. */
export const permissionMalformed =
  'is not a permission: use scope=NAME, such as scope=read_api, and access_level=ROLE, such as access_level=reporter';

export const placeMissing = (isInvalid: boolean): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    isInvalid ? 'CI_PROJECT_PATH is not the path of a project' : 'the GitLab project is not set',
    'Set it with --org, issuer.project or CI_PROJECT_PATH, or set issuer.group or issuer.personal.',
  );

export const permissionInvalid = (permission: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `"${permission.slice(0, 80)}" is not a valid permission`,
    'Use scope=NAME, such as scope=read_api, and access_level=ROLE, such as access_level=reporter.',
  );

export const scopeMissing = (): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    'an access token needs at least one scope',
    'Set issuer.scopes, or list scope=NAME under token.permissions.',
  );

export const levelMissing = (count: number): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `an access token of a project or group needs one role, but ${count} are given`,
    `Set issuer.accessLevel to ${ROLES}, or list access_level=ROLE under token.permissions.`,
  );

export const levelOfUser = (): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    "a personal access token has its user's roles, so it cannot be given one",
    'Remove access_level from token.permissions.',
  );

export const ttlInvalid = (days: number, most: number): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${Math.ceil(days)} days is not a lifetime that GitLab accepts`,
    `Set token.ttl to at most ${most}d, or remove it for the longest one.`,
  );

export const hostInvalid = (name: string, url: string, instead: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${name} is not the URL of a GitLab server`,
    `Replace ${printable(url, 200)} with ${printable(instead, 200)}.`,
  );

export const secretAsId = (): KeyturnError =>
  refusal(
    'USAGE_INVALID',
    "this is a token's secret, not its id",
    'Use the number that keyturn token list --rotation NAME shows.',
  );

export const idInvalid = (id: string): KeyturnError =>
  refusal(
    'USAGE_INVALID',
    `"${id.slice(0, 80)}" is not the id of an access token`,
    'Use the number that keyturn token list --rotation NAME shows.',
  );

// Credentials in the environment. No message contains any of their text.

export const tokenMissing = (): KeyturnError =>
  refusal(
    'CREDENTIALS_MISSING',
    'GITLAB_TOKEN does not contain a valid token',
    'Set GITLAB_TOKEN to a personal access token with the scope "api": the CI_JOB_TOKEN of a job cannot create tokens.',
  );

export const tokenRefused = (what: string): KeyturnError =>
  refusal('AUTH_DENIED', `${what}: GITLAB_TOKEN is not valid`, CHECK_TOKEN);

/** Tokens that can never create others, by their prefix. docs: «Token overview», prefixes. */
export const otherTokens: readonly (readonly [prefix: string, kind: string])[] = [
  ['glcbt-', 'the CI_JOB_TOKEN of a job'],
  ['gldt-', 'a deploy token'],
  ['glptt-', 'a pipeline trigger token'],
  ['glrt-', 'a runner authentication token'],
  ['glft-', 'a feed token'],
];

export const tokenUnsuitable = (kind: string): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `GITLAB_TOKEN is ${kind}, which cannot create tokens`,
    'Set it to a personal access token with the scope "api".',
  );

export const accessTokenForm = 'an access token';
export const botTokenForm = 'an access token of a project or group';
export const unknownTokenForm = 'a token that GitLab does not describe, such as an OAuth token';
export const botWarning =
  'an access token of a project or group cannot create others: to rotate GitLab tokens, use one of a user';

// What the acting token may do.

export const apiScopeMissing = (id: string): KeyturnError =>
  refusal(
    'PERMISSION_DENIED',
    `${id}: the token in GITLAB_TOKEN cannot create access tokens, because it lacks the scope "api"`,
    'Create a token with the scope "api", and set GITLAB_TOKEN to it.',
  );

export const botCannotCreate = (id: string): KeyturnError =>
  refusal(
    'PERMISSION_DENIED',
    `${id}: GITLAB_TOKEN belongs to a project or group, and such tokens cannot create others`,
    'Set GITLAB_TOKEN to a personal access token of a Maintainer of the project or an Owner of the group.',
  );

export const adminNeeded = (id: string): KeyturnError =>
  refusal(
    'PERMISSION_DENIED',
    `${id}: GitLab allows only administrators to create personal access tokens`,
    'Use a token of a project or group instead, or set GITLAB_TOKEN to a token of an administrator.',
  );

export const roleTooLow = (what: string, place: Place, effect: Effect): KeyturnError =>
  new KeyturnError('PERMISSION_DENIED', `${what}: the role of GITLAB_TOKEN is too low`, {
    hint: `Give its user ${needs(place)}.`,
    effect,
  });

export const actingTokenKept = (id: string, token: string): KeyturnError =>
  refusal(
    'TOKEN_IN_USE',
    `${id}: access token ${token} is the one in GITLAB_TOKEN, so it is not revoked`,
    'Set GITLAB_TOKEN to another token, and run it again.',
  );

/** Hints by status, for a request with a token. */
export const tokenHints: Readonly<Record<number, string>> = {
  401: CHECK_TOKEN,
  403: 'Create a token with the scope "api", and set GITLAB_TOKEN to it.',
};

/** Hints by status, for the requests about a place. */
export const refusalHints = (place: Place): Readonly<Record<number, string>> => ({
  400: 'Check the scopes, the role and the lifetime; on GitLab.com, access tokens of projects and groups need Premium, and nobody can give a higher role than their own.',
  401: CHECK_TOKEN,
  403: `The token needs the scope "api", and its user ${needs(place)}.`,
  404: `Either ${described(place)} does not exist, or the token cannot see it; behind a proxy that decodes %2F, use its number instead of its path.`,
  405: `If ${described(place)} was renamed or moved, use its new path.`,
});

/** Hints by what GitLab says. gitlab: lib/api/api_guard.rb, lib/gitlab/auth/user_access_denied_reason.rb. */
export const saidHints: readonly SaidHint[] = [
  [/\btoken was revoked/i, 'Create a new token, and set GITLAB_TOKEN to it: this one was revoked.'],
  [/\btoken is expired/i, 'Create a new token, and set GITLAB_TOKEN to it: this one has expired.'],
  [/\binsufficient_scope\b/i, 'Create a token with the scope "api", and set GITLAB_TOKEN to it.'],
  [
    /\bIP\b.*\b(?:not allowed|restrict|denied|blocked)|\bIP (?:address )?(?:restriction|allow)/i,
    'GitLab does not allow this IP address: run keyturn from an allowed address, or have this one added to the restrictions of the group.',
  ],
  [
    /\bSSO\b|\bSAML\b|single sign-on/i,
    "The group requires single sign-on: sign in through the group's SSO page as the owner of GITLAB_TOKEN, then run it again.",
  ],
  [
    /account (?:has been|is) (?:blocked|deactivated|banned|locked)/i,
    'Log in to GitLab as the owner of GITLAB_TOKEN, or ask an administrator: the account is blocked or deactivated.',
  ],
  [
    /pending approval|must accept the terms|email address is not confirmed|password (?:has )?expired/i,
    'Log in to GitLab in a browser as the owner of GITLAB_TOKEN, and do what it asks for.',
  ],
  [/\barchived\b/i, 'Unarchive the project: nobody can change its access tokens.'],
  [/^Forbidden$/, 'Check the token, and run it again in an hour: GitLab blocks this IP address.'],
];

/** Whether a hint is for what GitLab said, so that nothing else needs to be found out. */
export const isReason = (hint: string | undefined): boolean =>
  saidHints.some(([, known]) => known === hint);

export const moved = (id: string): KeyturnError =>
  refusal(
    'TARGET_NOT_FOUND',
    `${id}: a request was redirected`,
    'If the project or group was renamed or moved, use its new path.',
  );

export const loginRedirected = (id: string): KeyturnError =>
  refusal('CONFIG_INVALID', `${id}: a request was redirected to a login page`, CHECK_HOST);

export const userNotFound = (what: string): KeyturnError =>
  refusal('TARGET_NOT_FOUND', `${what} was not found`, 'Correct issuer.personal.');

// What a new token does not inherit.

/** @param named such as `the protected branch main` */
export const botNamed = (token: string, named: string): string =>
  `${printable(named, 160)} names the user of token ${token}: add the user of the new token after the rotation`;

export const botNamedMore = (count: number): string => `${count} more name it`;

export const botIsNew = (isComplete: boolean): string =>
  isComplete
    ? 'the new token has a user of its own, with a role in this place alone'
    : 'the new token has a user of its own, with a role in this place alone; GitLab shows only administrators whether the user of the old one is a member elsewhere';

export const membership = ({ source_name: name, source_type: type }: JsonObject) =>
  typeof name === 'string'
    ? `the ${type === 'Namespace' ? 'group' : 'project'} ${name.slice(0, 80)}`
    : undefined;

// Verifying.

/** What can fail when a new token is verified. */
const verifyFailures = {
  rejected: 'was rejected',
  other: 'is shown as another token',
  missing: 'is not among the access tokens',
  expiry: 'expires on another day than it was created with',
} as const;

export const verifyFailed = (
  id: string,
  token: string,
  why: keyof typeof verifyFailures | { readonly missing: Permissions; readonly extra: Permissions },
): KeyturnError => {
  const text = typeof why === 'string' ? verifyFailures[why] : differenceOf(why.missing, why.extra);
  return new KeyturnError('VERIFY_FAILED', `${id}: the new token ${token} ${text}`, {
    hint: 'Run it again: that token is revoked, and nothing else has changed.',
  });
};

// Unexpected responses.

export const listDiscontinued = (what: string, page: number): KeyturnError =>
  unexpected(`${what} does not continue after page ${page}`);

export const tokenUnidentified = (id: string): KeyturnError =>
  unexpected(`${tokenList(id)} contains one without an id`);

export const tokenMalformed = (what: string): KeyturnError =>
  unexpected(`${what}: the response is not that token`);

export const userMalformed = (what: string): KeyturnError =>
  unexpected(`${what}: the response is not a user`);

export const tokenForeign = (what: string): KeyturnError =>
  refusal('TOKEN_NOT_FOUND', `${what} belongs to another user`, SEE_TOKENS);

export const listChanged = (id: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${tokenList(id)} changed while it was read`, 'Run it again.');

const LIST_INSTEAD = 'List its permissions under token.permissions instead of copying them.';

export const scopesUnknown = (what: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${what}: the response does not show its scopes`, LIST_INSTEAD);

export const scopesGranular = (what: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${what} has granular scopes, which cannot be copied`, LIST_INSTEAD);

export const levelUnknown = (what: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${what}: the response does not show its role`, LIST_INSTEAD);

export const secretMissing = (what: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${what}: the response has no id or no secret`, {
    hint: 'Run it again: keyturn finds that token and revokes it.',
    effect: 'unknown',
  });

function unexpected(message: string): KeyturnError {
  return refusal('ANSWER_INVALID', message, CHECK_HOST);
}

/** A place as the messages describe it: `the project acme/web`. */
function described(place: Place): string {
  if (place.kind !== 'user') return `the ${place.kind} ${place.path}`;
  return place.name === undefined ? 'the user' : `the user ${place.name}`;
}

function needs({ kind }: Place): string {
  if (kind === 'project') return 'the role Maintainer in the project';
  return kind === 'group' ? 'the role Owner in the group' : 'the rights of an administrator';
}

function differenceOf(missing: Permissions, extra: Permissions): string {
  const part = (verb: string, some: Permissions): string[] =>
    some.length === 0 ? [] : [`${verb} ${some.slice(0, 5).join(', ')}`];
  return [...part('lacks', missing), ...part('has', extra)].join(' and ');
}

function refusal(code: ErrorCode, message: string, hint: string): KeyturnError {
  return new KeyturnError(code, message, { hint, effect: 'none' });
}

// Pipelines.

/** docs: «Project access tokens API», rotate; glab, token rotate. */
export const hazards: readonly IssuerHazard[] = [
  {
    pattern: String.raw`\bglab\s+token\s+rotate\b|access_tokens/[^\s"'/]{1,100}/rotate\b`,
    what: 'it revokes the old token at once, so jobs that still read it fail; a second use of the old one revokes all tokens that were made this way',
    fix: 'Let a rotation of keyturn replace that token instead.',
  },
];
