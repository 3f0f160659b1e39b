import { KeyturnError, printable, type Effect, type ErrorCode } from '@keyturn/core';

import type { Failure } from './refusal.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

const ID = 'AWS_ACCESS_KEY_ID';
const SECRET = 'AWS_SECRET_ACCESS_KEY';
const CHECK_ADDRESS =
  'Check AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL; if they are correct or not set, run it again later.';
const SEE_KEYS = 'Run keyturn token list --rotation NAME to see all access keys.';

/** The issuer, for messages. */
interface About {
  readonly user: string;
}

// What requests are about: each starts a message. `id` is the issuer's, such as `aws-iam:ci`.

export const request = (id: string, action: string): string => `${id}: ${action}`;
export const keyList = (id: string): string => `${id}: the list of access keys`;
export const lastUse = (id: string, key: string): string => `${id}: the last use of ${key}`;
export const newKey = (id: string): string => `${id}: the new access key`;
export const revocation = (id: string, key: string): string =>
  `${id}: could not delete access key ${key}`;
export const change = (id: string, key: string, status: string): string =>
  `${id}: could not make access key ${key} ${status.toLowerCase()}`;

// Configuration.

export const USER_INVALID = 'use the name of an IAM user, without its path';
export const ACCOUNT_INVALID = 'use the 12 digits of the account, in quotes';
/** After the permission itself. */
export const NO_PERMISSIONS =
  'cannot be given to an access key, which has the permissions of its user: remove permissions';

export const userMissing = (isInvalid: boolean): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    isInvalid ? 'AWS_IAM_USER is not the name of an IAM user' : 'the IAM user is not set',
    'Set it with --org, issuer.user or AWS_IAM_USER.',
  );

export const permissionsUnsupported = (): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    'an access key has the permissions of its user, and cannot be given others',
    'Remove token.permissions, and change the policies of the user.',
  );

export const ttlUnsupported = (): KeyturnError =>
  refusal('CONFIG_INVALID', 'access keys do not expire', 'Remove token.ttl.');

export const regionInvalid = (name: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${name} is not a valid region`,
    `Set ${name} to a region such as eu-central-1, or remove it.`,
  );

export const idInvalid = (): KeyturnError =>
  refusal('USAGE_INVALID', 'this is not the id of an access key', SEE_KEYS);

// Credentials in the environment. No message contains any of their text.

export const credentialsMissing = (): KeyturnError =>
  refusal('CREDENTIALS_MISSING', 'AWS credentials are missing', `Set ${ID} and ${SECRET}.`);

export const halfMissing = (present: string, missing: string): KeyturnError =>
  refusal(
    'CREDENTIALS_MISSING',
    `${present} is set, but ${missing} is not`,
    `An access key needs both: set ${missing}.`,
  );

export const idVariableInvalid = (areSwapped: boolean): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `${ID} is not the id of an access key`,
    areSwapped
      ? `Check whether ${ID} and ${SECRET} are swapped.`
      : `Set ${ID} to the id, which starts with AKIA or ASIA.`,
  );

/** @param fault what makes it unusable, without any of its text */
export const variableMangled = (name: string, fault: string): KeyturnError =>
  refusal('AUTH_DENIED', `${name} ${fault}`, `Set ${name} to the value alone.`);

export const keyForm = 'an access key';
export const temporaryForm = 'temporary credentials';

export const roleInstead = (user: string): string =>
  `jobs of GitHub Actions, GitLab CI and CircleCI can assume a role with OIDC, which needs no access key of ${user}: rotate it only for what cannot`;
export const actingRoleInstead =
  'keyturn acts with a long-lived access key: if it runs in CI, let it assume a role with OIDC instead';
export const rootActs =
  'keyturn acts as the root user of the account: use a user or role that may manage the keys of one user';
export const accountUnset = (account: string): string =>
  `set account: "${account}" next to user, so that keys of another account are never taken for this one's`;

// Refusals.

export const otherAccount = (id: string, wanted: string, account: string): KeyturnError =>
  refusal(
    'TARGET_NOT_FOUND',
    `${id}: the credentials belong to the account ${account}, not to ${wanted}`,
    'Use credentials of that account, or correct account in the configuration.',
  );

const codes: Readonly<Record<string, ErrorCode>> = {
  InvalidClientTokenId: 'AUTH_DENIED',
  UnrecognizedClientException: 'AUTH_DENIED',
  SignatureDoesNotMatch: 'AUTH_DENIED',
  IncompleteSignature: 'AUTH_DENIED',
  MissingAuthenticationToken: 'AUTH_DENIED',
  RequestExpired: 'AUTH_DENIED',
  ExpiredToken: 'AUTH_DENIED',
  ExpiredTokenException: 'AUTH_DENIED',
  AccessDenied: 'PERMISSION_DENIED',
  AccessDeniedException: 'PERMISSION_DENIED',
  OptInRequired: 'PERMISSION_DENIED',
  NoSuchEntity: 'TARGET_NOT_FOUND',
  LimitExceeded: 'LIMIT_REACHED',
  Throttling: 'RATE_LIMITED',
  ThrottlingException: 'RATE_LIMITED',
  RequestLimitExceeded: 'RATE_LIMITED',
};

/** @param action the action that needs a permission */
export const refused = (
  what: string,
  { code: said, message, status, effect }: Failure,
  { user }: About,
  action?: string,
): KeyturnError => {
  const code = codes[said] ?? (status >= 500 ? 'REMOTE_FAILED' : unknownCode(said, status));
  const detail = [said, message].filter((part) => part !== '').join(': ');
  return new KeyturnError(code, `${what}: ${detail === '' ? `status ${status}` : detail}`, {
    hint: hintFor(code, said, message, user, action),
    effect,
  });
};

/** An answer that is not AWS's comes from another server. */
function unknownCode(said: string, status: number): ErrorCode {
  if (said !== '') return 'REMOTE_REJECTED';
  return status === 404 ? 'CONFIG_INVALID' : 'REMOTE_REJECTED';
}

function hintFor(
  code: ErrorCode,
  said: string,
  message: string,
  user: string,
  action: string | undefined,
): string {
  if (/^Signature (?:expired|not yet current)/.test(message) || said === 'RequestExpired')
    return 'Set the clock of this machine: it differs too much from that of AWS.';
  if (said.startsWith('ExpiredToken')) return 'Get new temporary credentials, and run it again.';
  switch (code) {
    case 'AUTH_DENIED':
      return `Check ${ID} and ${SECRET}: the key may be mistyped, inactive or deleted, or AWS_SESSION_TOKEN may belong to another one.`;
    case 'PERMISSION_DENIED':
      return `Allow ${action === undefined ? 'the action in the message' : `iam:${action}`} on the user ${user} for the credentials that keyturn acts with.`;
    case 'TARGET_NOT_FOUND':
      return `Check that the user ${user} exists in the account of the credentials.`;
    case 'LIMIT_REACHED':
      return 'Delete an access key of the user that nothing uses: keyturn token list --rotation NAME shows when each was last used.';
    case 'RATE_LIMITED':
    case 'REMOTE_FAILED':
      return 'Run it again later.';
    default:
      return CHECK_ADDRESS;
  }
}

export const keyNotFound = (id: string, key: string): KeyturnError =>
  refusal('TOKEN_NOT_FOUND', `${id}: access key ${key} was not found`, SEE_KEYS);

// Verifying.

/** What can fail when a new key is verified. */
const verifyFailures = {
  rejected: 'was rejected',
  foreign: 'does not belong to the user',
} as const;

export const verifyFailed = (
  id: string,
  key: string,
  why: keyof typeof verifyFailures,
): KeyturnError =>
  new KeyturnError('VERIFY_FAILED', `${id}: the new access key ${key} ${verifyFailures[why]}`, {
    hint: 'Run it again: that key is deleted, and nothing else has changed.',
  });

// Unexpected responses.

export const redirected = (what: string): KeyturnError =>
  refusal('CONFIG_INVALID', `${what} was redirected`, CHECK_ADDRESS);

export const answerMalformed = (what: string, effect: Effect): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${printable(what, 300)}: unexpected response`, {
    hint: CHECK_ADDRESS,
    effect,
  });

export const listEndless = (what: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${what} does not end`, CHECK_ADDRESS);

export const secretMissing = (what: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${what}: the response has no id or no secret`, {
    hint: 'Run it again: keyturn finds that key and deletes it.',
    effect: 'unknown',
  });

function refusal(code: ErrorCode, message: string, hint: string): KeyturnError {
  return new KeyturnError(code, message, { hint, effect: 'none' });
}
