import { KeyturnError, printable, type Effect } from '@keyturn/core';
import { describeHolder, type Holder } from '@keyturn/core/ledger';

/** Everything that this package says to users: code, message and hint, side by side. */

const LATER = 'Run it again later.';
const FORM = 's3://BUCKET/PREFIX';

// The location and the credentials.

export const LOCATION_INVALID = `the location must be ${FORM}, with ?endpoint=URL and &region=REGION if they are needed`;
export const LOCATION_WITH_CREDENTIALS =
  'the location must not contain credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead';
export const BUCKET_INVALID =
  'the bucket must have 3 to 63 letters, digits, dots, hyphens or underscores';
export const PREFIX_INVALID =
  'the prefix must have at most 400 letters, digits, dots, hyphens, underscores and single slashes';

export const optionUnknown = (name: string): string =>
  `the location has no option "${printable(name, 40)}": use endpoint or region`;

export const regionInvalid = (name: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${name} is not a region`, {
    hint: 'Use a region like eu-central-1.',
    effect: 'none',
  });

/** @param name the variable that is missing */
export const credentialsMissing = (name: string): KeyturnError =>
  new KeyturnError('CREDENTIALS_MISSING', `${name} is not set`, {
    hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for temporary credentials, AWS_SESSION_TOKEN too.',
    effect: 'none',
  });

// Responses that are not what they should be.

/** What a refusal means, by the code in its body. */
const REFUSALS: Readonly<Record<string, { readonly what?: string; readonly hint: string }>> = {
  AccessDenied: {
    what: 'access denied',
    hint: 'Allow s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix.',
  },
  AllAccessDisabled: { what: 'access denied', hint: 'Check the account of the bucket.' },
  AuthorizationHeaderMalformed: {
    what: 'the request was signed for another region',
    hint: 'Set AWS_REGION, or add ?region=REGION to the location.',
  },
  ExpiredToken: {
    what: 'the credentials have expired',
    hint: 'Get new temporary credentials, then run it again.',
  },
  InvalidAccessKeyId: {
    what: 'the access key is unknown',
    hint: 'Check AWS_ACCESS_KEY_ID, and AWS_SESSION_TOKEN for temporary credentials.',
  },
  InvalidToken: {
    what: 'the session token is invalid',
    hint: 'Set AWS_SESSION_TOKEN for temporary credentials, and unset it for others.',
  },
  NoSuchBucket: {
    what: 'the bucket does not exist',
    hint: 'Create it, or correct the location.',
  },
  RequestTimeTooSkewed: {
    what: "this machine's clock is wrong",
    hint: "Set the machine's clock: it may differ from the server's by at most 15 minutes.",
  },
  SignatureDoesNotMatch: {
    what: 'the signature does not match',
    hint: 'Check AWS_SECRET_ACCESS_KEY, and whether a proxy alters requests.',
  },
  SlowDown: { what: 'too many requests', hint: LATER },
};

const byStatus = (status: number): string => {
  if (status === 403) return 'Check the credentials and their permissions.';
  if (status === 404) return 'Check the bucket and the endpoint.';
  return status >= 500 || status === 429 ? LATER : 'Check the endpoint and the location.';
};

/** @param said the server's own code and message, which can be anything */
export const refused = (
  location: string,
  status: number,
  said: { readonly code: string; readonly message: string },
  effect: Effect,
): KeyturnError => {
  const known = Object.hasOwn(REFUSALS, said.code) ? REFUSALS[said.code] : undefined;
  const words = known?.what ?? printable(said.message, 200);
  const detail = said.code === '' ? `status ${status}` : `${said.code}, status ${status}`;
  const what = words === '' ? detail : `${words} (${detail})`;
  return failed(location, what, known?.hint ?? byStatus(status), effect);
};

/** @param region where the bucket is; undefined if the server does not say */
export const regionWrong = (
  location: string,
  region: string | undefined,
  effect: Effect,
): KeyturnError =>
  region === undefined
    ? failed(
        location,
        'the bucket is in another region',
        'Set AWS_REGION to the region of the bucket, or add ?region=REGION to the location.',
        effect,
      )
    : failed(
        location,
        `the bucket is in the region ${printable(region, 40)}`,
        `Set AWS_REGION=${printable(region, 40)}, or add ?region=${printable(region, 40)} to the location.`,
        effect,
      );

/** @param error what the request failed with */
export const unreachable = (
  location: string,
  error: { readonly message: string; readonly hint: string | undefined },
  effect: Effect,
): KeyturnError => failed(location, error.message, error.hint ?? LATER, effect);

export const connectionFailed = (location: string, name: string, effect: Effect): KeyturnError =>
  failed(location, `the request failed (${printable(name, 60)})`, LATER, effect);

export const timedOut = (location: string, milliseconds: number, effect: Effect): KeyturnError =>
  failed(
    location,
    `timed out: no result after ${milliseconds / 1000} s`,
    'Check the network and the endpoint, then run it again.',
    effect,
  );

export const interrupted = (location: string, effect: Effect): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${location}: the call was interrupted`, {
    hint: 'Run it again.',
    effect,
  });

export const notS3 = (location: string, what: string, effect: Effect = 'none'): KeyturnError =>
  failed(
    location,
    what,
    'Check the endpoint, and whether a proxy or firewall alters responses.',
    effect,
  );

export const NOT_A_LIST = 'the response to a list is not one of S3';
export const LIST_ENDLESS = 'the list of objects does not end';
export const NO_ETAG = 'the response has no ETag';
export const NO_DATE = 'the response has no Date, which keyturn needs';
export const NO_LAST_MODIFIED = 'the response has no Last-Modified, which keyturn needs';

export const contradictory = (location: string, key: string, effect: Effect): KeyturnError =>
  notS3(location, `the server refuses to write ${key} for a reason that is not visible`, effect);

export const conflicting = (location: string, key: string): KeyturnError =>
  failed(location, `${key} is written by others again and again`, LATER, 'none');

// The conditions.

/** @param header `If-None-Match` or `If-Match` */
export const conditionIgnored = (location: string, header: string): KeyturnError =>
  failed(
    location,
    `the server ignores ${header}, so two runs could write at the same time`,
    'Use Amazon S3 or another service with conditional writes.',
    'none',
  );

export const conditionUnsupported = (location: string): KeyturnError =>
  failed(
    location,
    'the server does not support conditional writes (status 501)',
    'Use Amazon S3 or another service with conditional writes.',
    'none',
  );

export const tagsEqual = (location: string): KeyturnError =>
  failed(
    location,
    'the server gives two versions of an object the same ETag, so changes by others are invisible',
    'Use Amazon S3 or another service with conditional writes.',
    'none',
  );

export const probesKept = (location: string): string =>
  `keyturn may not delete what it creates for checks: allow s3:DeleteObject on ${location}/probe/*`;

// The lock.

/** @param expiry seconds after which the lock of a holder elsewhere expires; undefined if the holder is on this machine */
export const lockHeld = (
  rotation: string,
  holder: Holder,
  expiry: number | undefined,
): KeyturnError => {
  const name = printable(rotation, 100);
  const otherwise =
    expiry === undefined
      ? `if it hangs, end process ${holder.pid}.`
      : `if its machine is gone, wait ${expiry} seconds or run keyturn ledger unlock ${name}.`;
  return new KeyturnError('STATE_BUSY', `rotation "${name}" is held by ${describeHolder(holder)}`, {
    hint: `Wait until that run has ended; ${otherwise}`,
    effect: 'none',
  });
};

export const lockRemoved = (where: string): KeyturnError =>
  new KeyturnError('STATE_LOST', `${where}: the lock was removed`, {
    hint: 'Run it again: it continues where the other run stopped.',
    effect: 'none',
  });

// The ledger.

export const recordsTooLarge = (where: string, bytes: number): KeyturnError =>
  failed(
    where,
    `the records of one step are larger than ${bytes / 1024 / 1024} MiB`,
    'Split the rotation into several with fewer sinks.',
    'none',
  );

export const objectMissing = (where: string): KeyturnError =>
  corrupt(where, 'the object was deleted, or never finished copying');

export const headInvalid = (where: string): KeyturnError =>
  corrupt(where, 'its first line is not one of keyturn');

export const versionUnknown = (where: string): KeyturnError =>
  new KeyturnError('STATE_CORRUPT', `${where}: it was written by a newer version of keyturn`, {
    hint: 'Update keyturn.',
    effect: 'none',
  });

export const ledgerForeign = (where: string): KeyturnError =>
  corrupt(where, 'it belongs to another ledger');

export const endMismatch = (where: string): KeyturnError =>
  corrupt(where, 'its records are not the ones that its first line names');

export const chapterMissing = (where: string): KeyturnError =>
  corrupt(where, 'it does not begin a chapter of the ledger');

function corrupt(where: string, what: string): KeyturnError {
  return new KeyturnError('STATE_CORRUPT', `${where}: ${what}`, {
    hint: 'Restore the object from a backup, or its last version if the bucket keeps versions.',
    effect: 'none',
  });
}

function failed(where: string, what: string, hint: string, effect: Effect): KeyturnError {
  return new KeyturnError('STATE_FAILED', `${where}: ${what}`, { hint, effect });
}
