import type { CallOptions } from '@keyturn/core';

import type { Api } from './api.ts';
import type { Keys } from './credentials.ts';
import * as messages from './messages.ts';
import type { Failure } from './refusal.ts';
import { textOf } from './xml.ts';

/** Whom a key belongs to; docs: «AWS STS API Reference», GetCallerIdentity, which needs no permission. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** The name of the IAM user; undefined for a role, or the account itself. */
  readonly user: string | undefined;
}

const ARN = /^arn:[a-z0-9-]{1,40}:(?:iam|sts)::(\d{12}):([\x21-\x7e]{1,1000})$/;

/** Asks STS whom the credentials belong to. */
export async function readIdentity(
  api: Api,
  keys: Keys,
  call: CallOptions,
): Promise<Identity | { readonly refused: Failure }> {
  const action = 'GetCallerIdentity';
  const answer = await api.send({ service: 'sts', action, keys }, call);
  if (!answer.ok) return { refused: answer.failure };
  const arn = textOf(answer.result, 'Arn') ?? '';
  const [, account, resource = ''] = ARN.exec(arn) ?? [];
  if (account === undefined || account !== textOf(answer.result, 'Account'))
    throw messages.answerMalformed(messages.request(api.id, action), 'none');
  const user = resource.startsWith('user/') ? resource.split('/').at(-1) : undefined;
  return { account, arn, user };
}

/**
 * Makes sure that the acting credentials belong to the configured account: in another one, a user of the same name has other keys.
 *
 * @throws {KeyturnError} `TARGET_NOT_FOUND`
 */
export async function requireAccount(api: Api, call: CallOptions): Promise<void> {
  if (api.account === undefined) return;
  const identity = await readIdentity(api, api.keys, call);
  if ('refused' in identity)
    throw messages.refused(messages.request(api.id, 'GetCallerIdentity'), identity.refused, api);
  if (identity.account !== api.account)
    throw messages.otherAccount(api.id, api.account, identity.account);
}
