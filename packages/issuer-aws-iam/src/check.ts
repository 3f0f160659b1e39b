import {
  printable,
  type CallOptions,
  type CredentialReport,
  type IssuerReport,
} from '@keyturn/core';

import type { Api } from './api.ts';
import { isTemporary } from './credentials.ts';
import { readIdentity, type Identity } from './identity.ts';
import { list } from './keys.ts';
import * as messages from './messages.ts';

/** docs: «IAM and AWS STS quotas»: access keys of a user. It cannot be raised. */
export const MOST = 2;

const NEEDED = ['Create', 'Delete', 'List', 'Update'].map((verb) =>
  verb === 'List' ? 'iam:ListAccessKeys' : `iam:${verb}AccessKey`,
);

/**
 * Reports what the acting credentials may read. Whether they may create and delete keys is not shown without further permissions.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`
 */
export async function check(api: Api, call: CallOptions): Promise<IssuerReport> {
  const identity = await whoActs(api, call);
  const isOther = api.account !== undefined && api.account !== identity.account;
  if (isOther) throw messages.otherAccount(api.id, api.account, identity.account);
  let count = 0;
  for await (const _ of list(api, call)) count++;
  return {
    account: `${identity.account}/${api.user}`,
    ...(!isTemporary(api.keys) && { actingToken: api.keys.id }),
    needed: [...NEEDED, 'iam:GetAccessKeyLastUsed'].toSorted(),
    can: { list: 'yes', create: 'unknown', grant: 'unknown', revoke: 'unknown' },
    room: Math.max(0, MOST - count),
    problems: [],
  };
}

/**
 * Reports whose credentials they are. AWS trusts the identity of a job of GitHub Actions, GitLab CI or CircleCI itself, so the best key is
 * none.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and whatever a request can throw
 */
export async function credentials(api: Api, call: CallOptions): Promise<CredentialReport> {
  const { account, arn } = await whoActs(api, call);
  const isLasting = !isTemporary(api.keys);
  const isRoot = arn.endsWith(':root');
  return {
    source: 'AWS_ACCESS_KEY_ID',
    form: isLasting ? messages.keyForm : messages.temporaryForm,
    owner: printable(arn, 200),
    accounts: [account],
    warnings: [
      messages.roleInstead(api.user),
      ...(isLasting && !isRoot ? [messages.actingRoleInstead] : []),
      ...(isRoot ? [messages.rootActs] : []),
      ...(api.account === undefined ? [messages.accountUnset(account)] : []),
    ],
  };
}

async function whoActs(api: Api, call: CallOptions): Promise<Identity> {
  const identity = await readIdentity(api, api.keys, call);
  if (!('refused' in identity)) return identity;
  throw messages.refused(messages.request(api.id, 'GetCallerIdentity'), identity.refused, api);
}
