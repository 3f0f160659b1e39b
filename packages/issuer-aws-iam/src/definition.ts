import { defineIssuer, KeyturnError, type IssuerBackend, type IssuerCost } from '@keyturn/core';

import { Api } from './api.ts';
import { check, credentials, MOST } from './check.ts';
import { isTemporary, keysOf } from './credentials.ts';
import { find, get, issue, list, revoke, setStatus } from './keys.ts';
import { NO_PERMISSIONS } from './messages.ts';
import { names } from './names.ts';
import { optionsSchema, settingsFrom, USER, type AwsIamOptions } from './options.ts';
import { ONCE_MORE, verify } from './verify.ts';

/**
 * Access keys of an AWS IAM user.
 *
 * A user has two at most, and a key has no name: one whose answer was lost is the one that was not there before. A key has the permissions
 * of its user. It is made inactive before it is deleted.
 */
export const awsIamIssuer = defineIssuer<AwsIamOptions>({
  kind: 'aws-iam',
  options: optionsSchema,
  env: [
    {
      name: 'AWS_ACCESS_KEY_ID',
      description: 'The id of the access key that manages the others.',
      secret: false,
      pipeline: {
        secret: 'KEYTURN_AWS_ACCESS_KEY_ID',
        about: 'the id of an access key for keyturn alone, and',
      },
    },
    {
      name: 'AWS_SECRET_ACCESS_KEY',
      description: 'Its secret.',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_AWS_SECRET_ACCESS_KEY',
        about:
          'its secret: with iam:CreateAccessKey, iam:DeleteAccessKey, iam:GetAccessKeyLastUsed, iam:ListAccessKeys and iam:UpdateAccessKey for the user whose keys it rotates',
      },
    },
    {
      name: 'AWS_SESSION_TOKEN',
      description: 'The session token, for temporary credentials.',
      secret: true,
    },
    {
      name: 'AWS_REGION',
      description: 'The region of STS and the partition of IAM, us-east-1 by default.',
      secret: false,
    },
    { name: 'AWS_DEFAULT_REGION', description: 'Used if AWS_REGION is not set.', secret: false },
    { name: 'AWS_IAM_USER', description: 'The user whose keys are rotated.', secret: false },
    { name: 'AWS_ENDPOINT_URL_IAM', description: 'The URL of another IAM.', secret: false },
    { name: 'AWS_ENDPOINT_URL_STS', description: 'The URL of another STS.', secret: false },
    {
      name: 'AWS_ENDPOINT_URL',
      description: 'Used if AWS_ENDPOINT_URL_IAM or AWS_ENDPOINT_URL_STS is not set.',
      secret: false,
    },
  ],
  names,
  account: { option: 'user', variable: 'AWS_IAM_USER', title: 'the IAM user at AWS', valid: USER },
  fields: { accessKeyId: 'public', secretAccessKey: 'secret' },
  permission: {
    '~standard': {
      version: 1,
      vendor: 'keyturn',
      validate: () => ({ issues: [{ message: NO_PERMISSIONS }] }),
    },
  },
  connect: (options, context) => backendOf(new Api(settingsFrom(options, context.env), context)),
});

const ONE = { inRow: 1, inAll: 1 };
/** A new key is tried twice. */
const COST: IssuerCost = {
  issue: ONE,
  grant: ONE,
  verify: { inRow: 2, inAll: 2, waitMs: ONCE_MORE },
  revoke: ONE,
};

function backendOf(api: Api): IssuerBackend {
  return {
    id: api.id,
    server: api.server,
    supports: { permissions: 'none', find: 'candidates', most: MOST, lastUsed: true },
    check: (call) => check(api, call),
    credentials: (call) => credentials(api, call),
    list: (call) => list(api, call),
    get: (id, call) => get(api, id, call),
    issue: (request, call) => issue(api, request, call),
    find: (_, call) => find(api, call),
    cost: () => COST,
    verify: (credential, expected, call) => verify(api, credential, expected, call),
    disable: (id, call) => setStatus(api, id, 'Inactive', call),
    enable: (id, call) => setStatus(api, id, 'Active', call),
    revoke: (id, call) => revoke(api, id, call),
    actingToken: () => actingKey(api),
    actAs: (credential) => backendOf(api.actingAs(keysOf(credential))),
  };
}

/** It may be one of the user's own. Invalid credentials are reported by the first request. */
function actingKey(api: Api): string | undefined {
  try {
    return isTemporary(api.keys) ? undefined : api.keys.id;
  } catch (error) {
    if (KeyturnError.is(error)) return undefined;
    throw error;
  }
}
