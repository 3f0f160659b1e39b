import {
  KeyturnError,
  printable,
  type Effect,
  type ErrorCode,
  type IssuerHazard,
  type Permissions,
} from '@keyturn/core';

import type { SaidHint } from '@keyturn/http';

/** Everything that this package says to users: code, message and hint, side by side. */

const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
const LOGIN = 'PLANETSCALE_API_TOKEN';
const ID_FORM = '12 lower-case letters and digits';
export const CHECK_ADDRESS =
  'Check that PLANETSCALE_API_URL (or issuer.apiUrl) is the URL of the PlanetScale API, such as https://api.planetscale.com.';
const ADDRESS_OR_LATER = 'Check the address; if it is correct, run it again later.';
const SEE_TOKENS = 'Run keyturn token list --rotation NAME to see all tokens.';

// What requests are about: each starts a message. `id` is the issuer's, such as `planetscale:acme`.

export const tokenList = (id: string): string => `${id}: the list of tokens`;
export const organizationList = (id: string): string => `${id}: the list of organizations`;
export const oneToken = (id: string, token: string): string => `${id}: token ${token}`;
export const newToken = (id: string): string => `${id}: the new token`;
export const grantResponse = 'the response to a grant';
export const accessesOf = (id: string, database: string): string =>
  `${id}: could not change the accesses to ${placeOf(database)}`;
export const revocation = (id: string, token: string): string =>
  `${id}: could not revoke token ${token}`;

// Configuration.

export const organizationMissing = (): KeyturnError =>
  organization('the PlanetScale organization is not set');

export const organizationVariableInvalid = (): KeyturnError =>
  organization('PLANETSCALE_ORG is not a valid organization name');

export const ORGANIZATION_INVALID = 'not a valid organization name';

export const apiUrlWithPath = (url: string, api: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${printable(url, 200)} is not the URL of the API`,
    `Use ${api}, or leave the option out.`,
  );

export const dashboardUrl = (url: string, api: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${url} is the dashboard, not the API`,
    `Use ${api}, or leave the option out.`,
  );

/** After the permission itself. */
export const permissionMalformed =
  'is not a permission: use a name like read_organization, or shop/read_branch for a database';

export const permissionInvalid = (permission: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `"${permission}" is not a valid permission`,
    'Use a name like read_organization for the organization, or shop/read_branch for a database.',
  );

export const ttlInvalid = (ttl: number): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${ttl} is not a valid number of seconds`,
    'Set token.ttl to a duration such as 120d.',
  );

export const secretAsId = (): KeyturnError =>
  refusal(
    'USAGE_INVALID',
    "this is a token's secret, not its id",
    `Use the id of ${ID_FORM}, as keyturn token list shows it.`,
  );

export const idInvalid = (id: string): KeyturnError =>
  refusal(
    'USAGE_INVALID',
    `"${id.slice(0, 80)}" is not a valid token id`,
    `Use the id of ${ID_FORM}.`,
  );

// Credentials in the environment. No message contains any of their text.

export const credentialsMissing = (): KeyturnError =>
  refusal(
    'CREDENTIALS_MISSING',
    'PlanetScale credentials are missing',
    `Set ${ID} and ${TOKEN}, or ${LOGIN}.`,
  );

export const halfMissing = (present: string, missing: string): KeyturnError =>
  refusal(
    'CREDENTIALS_MISSING',
    `${present} is set, but ${missing} is not`,
    `A service token needs both: set ${missing}.`,
  );

export const secretInIdVariable = (): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `${ID} contains a token's secret instead of its id`,
    `Check whether ${ID} and ${TOKEN} are swapped.`,
  );

export const idInSecretVariable = (): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `${TOKEN} contains an id instead of a secret`,
    'Set it to the secret, which starts with pscale_tkn_.',
  );

export const idVariableInvalid = (): KeyturnError =>
  refusal('AUTH_DENIED', `${ID} is not a valid token id`, `Set it to the id of ${ID_FORM}.`);

export const tokenInLoginVariable = (): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `${LOGIN} contains a service token instead of a login`,
    `Put the token's id in ${ID} and its secret in ${TOKEN}.`,
  );

export const pairInOneVariable = (name: string): KeyturnError =>
  refusal(
    'AUTH_DENIED',
    `${name} contains both the id and the secret, as id:token`,
    `Put the part before the colon in ${ID}, and the part after it in ${TOKEN}.`,
  );

export const SURROUNDED = 'starts or ends with a space or a line break';

/** @param fault what makes it unusable, without any of its text */
export const variableMangled = (name: string, fault: string): KeyturnError =>
  refusal('AUTH_DENIED', `${name} ${fault}`, `Set ${name} to the value alone.`);

/** What is unusual about a refused pair, for {@link tokenRefusedHint}. */
export const unusualId = (length: number): string =>
  `the id has ${length} characters instead of ${ID_FORM}`;
export const unusualSecret = (length: number, prefix: string): string =>
  `the secret of ${length} characters does not start with ${prefix}`;
export const shortSecret = (length: number): string =>
  `the secret has only ${length} characters and may be cut off`;

export const urlWithVersion =
  'PLANETSCALE_API_URL ends with /v1: keyturn removes that, but pscale would request /v1/v1';
export const bothCredentials = `${TOKEN} and ${LOGIN} are both set; the service token is used`;

export const LOGIN_REFUSED_HINT = `Log in again with pscale auth login: the login in ${LOGIN} may be mistyped or expired.`;

export const tokenRefusedHint = (unusual: readonly string[]): string => {
  const details = unusual.length === 0 ? '' : ` (unusual: ${unusual.join('; ')})`;
  return `Check ${ID} and ${TOKEN}: the token may be mistyped, expired or deleted${details}.`;
};

export const variableRefused = (isToken: boolean, hint: string): KeyturnError =>
  refusal('AUTH_DENIED', `${isToken ? TOKEN : LOGIN} is not valid`, hint);

// Access to the organization.

export const credentialsRefused = (what: string, hint: string, effect: Effect): KeyturnError =>
  new KeyturnError('AUTH_DENIED', `${what}: the credentials are not valid`, { hint, effect });

/** @param others the organizations that the credentials belong to */
export const otherOrganization = (
  what: string,
  org: string,
  others: readonly string[],
  effect: Effect,
): KeyturnError => {
  const named = others.slice(0, 3).map((name) => printable(name, 60));
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${what}: the credentials are valid, but not for the organization ${org}`,
    {
      hint: `Correct the organization; the credentials belong to ${named.length === 0 ? 'none' : named.join(', ')}.`,
      effect,
    },
  );
};

export const organizationForeign = (id: string): KeyturnError =>
  refusal(
    'TARGET_NOT_FOUND',
    `${id}: the credentials do not belong to the organization`,
    'Correct the organization, or use credentials that belong to it.',
  );

export const redirected = (id: string): KeyturnError =>
  refusal(
    'TARGET_NOT_FOUND',
    `${id}: a request was redirected`,
    'If the organization was renamed, use the new name from its URL.',
  );

/** Hints by what PlanetScale says. */
export const saidHints: readonly SaidHint[] = [
  [
    /\bIP\b.*\b(?:not allowed|restrict|denied|blocked|allow ?list)/i,
    'The organization does not allow this IP address: run keyturn from an allowed address, or have this one added.',
  ],
  [
    /\bSSO\b|\bSAML\b|single sign-on/i,
    'The organization requires single sign-on: log in through it again, or use a service token.',
  ],
  [
    /\b(?:suspended|past due|blocked)\b/i,
    'PlanetScale has suspended or blocked the organization: check its billing page, or contact support.',
  ],
];

/** Whether a hint is for what PlanetScale said, so that nothing else needs to be found out. */
export const isReason = (hint: string | undefined): boolean =>
  saidHints.some(([, known]) => known === hint);

/** Hints by status, for a request that needs an access to the organization or to a database. */
export const accessHints = (
  access: string,
  credentials: string,
  database?: string,
): Record<number, string> => ({
  401: credentials,
  ...(database === undefined
    ? {
        403: `Grant the token the organization access ${access}.`,
        404: `Check that it exists, and that the credentials have the access ${access}.`,
      }
    : {
        403: `Grant the token the access ${access} to the database ${database}.`,
        404: `Check issuer.database and issuer.branch, and that the token has the access ${access} to the database ${database}.`,
      }),
});

export const accessMissing = (id: string, access: string, purpose: string): KeyturnError =>
  refusal(
    'PERMISSION_DENIED',
    `${id}: the service token needs the access ${access} to ${purpose} tokens`,
    `Grant it the organization access ${access}, or use a login (${LOGIN}).`,
  );

// Granting and verifying.

const GRANT_HINT = `Granting requires write_service_tokens, and nobody can grant an access that they do not have. Give the token that keyturn acts with those accesses, or use a login that has them (${LOGIN}).`;
const NAMES_HINT = 'Check the names of the permissions.';

export const notGranted = (id: string, token: string, missing: Permissions): KeyturnError =>
  new KeyturnError(
    'GRANT_REFUSED',
    `${id}: token ${token} was not granted ${some(missing)}, although no request was refused`,
    { hint: GRANT_HINT },
  );

export const notUngranted = (id: string, token: string, left: Permissions): KeyturnError =>
  new KeyturnError(
    'GRANT_REFUSED',
    `${id}: token ${token} still has ${some(left)}, although no request was refused`,
    { hint: GRANT_HINT },
  );

/** Hints by status. */
export const grantHints = (database: string): Record<number, string> => ({
  400: NAMES_HINT,
  401: GRANT_HINT,
  403: GRANT_HINT,
  404: `${GRANT_HINT} Check that ${placeOf(database)} exists.`,
  422: NAMES_HINT,
});

export const tokenNotFound = (id: string, token: string): KeyturnError =>
  new KeyturnError('TOKEN_NOT_FOUND', `${id}: token ${token} was not found`, { hint: SEE_TOKENS });

/** What can fail when a new token is verified. */
const verifyFailures = {
  rejected: 'was rejected',
  foreign: 'does not belong to the organization',
} as const;

export const verifyFailed = (
  id: string,
  token: string,
  why: keyof typeof verifyFailures | Permissions,
): KeyturnError => {
  const text =
    typeof why === 'string' ? verifyFailures[why] : `lacks ${why.slice(0, 5).join(', ')}`;
  return new KeyturnError('VERIFY_FAILED', `${id}: the new token ${token} ${text}`, {
    hint: 'Run it again: that token is revoked, and nothing else has changed.',
  });
};

// Credentials of branches. `branch` has the issuer, and its noun: password or role.

interface BranchWords {
  readonly api: { readonly id: string };
  readonly noun: string;
}

export const branchList = ({ api, noun }: BranchWords): string => `${api.id}: the list of ${noun}s`;
export const branchOne = ({ api, noun }: BranchWords, id: string): string =>
  `${api.id}: ${noun} ${id}`;
export const branchNew = ({ api, noun }: BranchWords): string => `${api.id}: the new ${noun}`;
export const branchRevocation = ({ api, noun }: BranchWords, id: string): string =>
  `${api.id}: could not delete ${noun} ${id}`;
export const regionList = (id: string): string => `${id}: the list of read-only regions`;
export const queryOf = (id: string, host: string): string => `${id}: a query at ${host}`;

export const NAME_INVALID = 'not a valid name';
export const CIDR_INVALID = 'not an IP address or a range such as 10.0.0.0/8';

export const databaseMissing = (): KeyturnError =>
  refusal('CONFIG_INVALID', 'the database is not set', 'Set issuer.database.');

/** @param use the permissions that there are */
export const branchPermissionInvalid = (permission: string, use: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `"${permission}" is not a valid permission`,
    `Correct token.permissions: ${use}.`,
  );

export const roleNeeded = (roles: readonly string[]): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    'a password needs exactly one role',
    `Set issuer.role to ${alternatives(roles)}, or list one role under token.permissions.`,
  );

export const regionUnknown = (
  database: string,
  region: string,
  known: readonly string[],
): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `the database ${database} has no read-only region "${region}"`,
    known.length === 0
      ? 'Correct token.permissions: the database has no read-only regions.'
      : `Correct token.permissions: the read-only regions are ${known.slice(0, 5).join(', ')}.`,
  );

export const hostUnknown = (id: string): KeyturnError =>
  unexpected(`${id}: the new credential has no valid host`);

export const queryFailed = (what: string, code: string): KeyturnError =>
  refusal(
    'REMOTE_FAILED',
    `${what} failed${code === '' ? '' : ` with ${code}`}`,
    'Check that the branch is awake and ready, and run it again.',
  );

export const detailsUnknown = (what: string): KeyturnError =>
  refusal(
    'ANSWER_INVALID',
    `${what}: the response does not show what it may do`,
    'Run it again later, or list token.permissions instead of copying them.',
  );

export const replicationAlone = (): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    'a role with replication has to inherit postgres',
    'Add inherits=postgres, or remove replication.',
  );

export const defaultRole = (id: string, role: string): KeyturnError =>
  refusal(
    'CONFIG_INVALID',
    `${id}: role ${role} is the default role, which cannot be rotated without an outage`,
    'Create a user-defined role for this, store its credentials, and rotate that one.',
  );

export const reassignment = (id: string, role: string, successor: string): string =>
  `${id}: could not give what role ${role} owns to role ${successor}`;

export const dropFailed = (what: string, said: string): KeyturnError =>
  new KeyturnError(
    'REMOTE_REJECTED',
    `${what}, which could not be dropped: ${printable(said, 200)}`,
    {
      hint: 'Give what it owns to another role (REASSIGN OWNED) and take its grants away (DROP OWNED) in each database, and run it again.',
    },
  );

export const loginOf = (id: string, host: string): string => `${id}: a login at ${host}`;

export const loginInterrupted = (what: string): KeyturnError =>
  refusal('INTERRUPTED', `${what} was interrupted`, 'Run it again.');

/** @param sqlstate PostgreSQL's code; undefined if the server gave none */
export const loginFailed = (
  what: string,
  sqlstate: string | undefined,
  other: string,
): KeyturnError => {
  const unreachable = other === 'ETIMEDOUT' ? 'TIMED_OUT' : 'NETWORK_FAILED';
  return refusal(
    sqlstate === undefined ? unreachable : 'REMOTE_FAILED',
    `${what} failed: ${sqlstate ?? other}`,
    'Check that the branch is ready and can be reached from here, and run it again.',
  );
};

/** Why a new credential of a branch is not used. */
interface Difference {
  readonly lacks: Permissions;
  readonly has: Permissions;
}

/** What its predecessor may do in the database, and it may not. */
interface Lost {
  readonly named: readonly string[];
  readonly count: number;
}

const credentialFailures = {
  rejected: 'was rejected',
  address: 'cannot be used from here',
} as const;

export const credentialRejected = (
  id: string,
  noun: string,
  credential: string,
  why: keyof typeof credentialFailures | Difference | Lost,
): KeyturnError => {
  const text =
    typeof why === 'string'
      ? credentialFailures[why]
      : 'named' in why
        ? lostRights(why)
        : differenceOf(why);
  return new KeyturnError('VERIFY_FAILED', `${id}: the new ${noun} ${credential} ${text}`, {
    hint: rejectionHint(noun, why),
  });
};

function rejectionHint(noun: string, why: Parameters<typeof credentialRejected>[3]): string {
  if (why === 'address')
    return 'Run keyturn from an address that the password allows (cidr): it verifies a password by using it.';
  if (typeof why === 'object' && 'named' in why)
    return 'Let roles get their rights from what they inherit, such as inherits=pg_read_all_data or the owner of the tables, or set issuer.compareRights to false if jobs do not need these.';
  return `Run it again: that ${noun} is deleted, and nothing else has changed.`;
}

function lostRights({ named, count }: Lost): string {
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return `lacks rights that its predecessor has in the database: ${printable(named.join(', '), 200)}${more}`;
}

function differenceOf({ lacks, has }: Difference): string {
  return [
    ...(lacks.length > 0 ? [`lacks ${some(lacks)}`] : []),
    ...(has.length > 0 ? [`also has ${some(has)}`] : []),
  ].join(', and ');
}

// Unexpected responses.

export const listMalformed = (what: string): KeyturnError =>
  unexpected(`${what} has an unexpected form`);

export const listDiscontinued = (what: string, page: number): KeyturnError =>
  unexpected(`${what} does not continue after page ${page}`);

export const accessUnnamed = (what: string): KeyturnError =>
  unexpected(`${what}: an access has no name`);

export const organizationUnnamed = (what: string): KeyturnError =>
  unexpected(`${what} contains one without a name`);

export const listedUnidentified = (what: string): KeyturnError =>
  unexpected(`${what} contains one without an id`);

export const listChanged = (what: string): KeyturnError =>
  refusal('ANSWER_INVALID', `${what} changed while it was read`, 'Run it again.');

export const actingTokenUnlisted = (id: string): KeyturnError =>
  refusal(
    'ANSWER_INVALID',
    `${tokenList(id)} does not contain the token that keyturn acts with`,
    'Run it again in a few minutes: without that token, the list proves nothing about others.',
  );

export const accessUnknown = (what: string): KeyturnError =>
  refusal(
    'ANSWER_INVALID',
    `${what} has an access that belongs neither to the organization nor to a database`,
    'List its permissions under token.permissions instead of copying them.',
  );

export const permissionsUnknown = (what: string): KeyturnError =>
  refusal(
    'ANSWER_INVALID',
    `${what}: the response does not show its permissions`,
    'Run it again later, or list token.permissions instead of copying them.',
  );

export const secretMissing = (what: string): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${what}: the response has no id or no secret`, {
    hint: 'Run it again: keyturn finds that token and revokes it.',
    effect: 'unknown',
  });

function unexpected(message: string): KeyturnError {
  return refusal('ANSWER_INVALID', message, ADDRESS_OR_LATER);
}

function organization(message: string): KeyturnError {
  return refusal('CONFIG_INVALID', message, 'Set it with --org, issuer.org or PLANETSCALE_ORG.');
}

/** @param database '' for the organization */
function placeOf(database: string): string {
  return database === '' ? 'the organization' : `the database ${database}`;
}

function alternatives(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function some(permissions: Permissions): string {
  const rest = permissions.length - 5;
  return `${permissions.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function refusal(code: ErrorCode, message: string, hint: string): KeyturnError {
  return new KeyturnError(code, message, { hint, effect: 'none' });
}

export const DEFAULT_ROLE = 'it is the default role, and a reset ends its password at once';

// Pipelines.

/** docs: Postgres, roles: a reset ends the old password at once. */
export const hazards: readonly IssuerHazard[] = [
  {
    pattern: String.raw`\bpscale\s+role\s+reset(?:-default)?\b|/roles/(?:reset-default|[a-z0-9]{1,40}/reset)\b`,
    what: 'a reset ends the old password at once, so everything that still uses it fails',
    fix: 'Let each program use a role of its own, and a rotation of keyturn replace that.',
  },
];
