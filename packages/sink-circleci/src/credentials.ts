import {
  printable,
  type CallOptions,
  type CredentialReport,
  type Environment,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { environmentToken } from './connection.ts';
import { oldTokenForm, oldTokenRejected, personalTokenForm, projectToken } from './messages.ts';

/**
 * Reports the credentials of the sink: whose token it is. CircleCI shows neither its permissions nor its expiration date.
 *
 * docs: changelog of 2023-07-06, «New format for API access tokens».
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and the errors of a failed request
 */
export async function credentials(
  { send }: Client,
  env: Environment,
  options: CallOptions,
): Promise<CredentialReport> {
  const source = (env['CIRCLECI_TOKEN'] ?? '') === '' ? 'CIRCLE_TOKEN' : 'CIRCLECI_TOKEN';
  const token = environmentToken(env).reveal();
  if (token.startsWith('CCIPRJ_')) throw projectToken(source);
  const answer = await send({ method: 'GET', path: '/me' }, options);
  if (answer.status !== 200) throw await answer.error();
  const { login } = await answer.json();
  const isNew = token.startsWith('CCIPAT_');
  return {
    source,
    form: isNew ? personalTokenForm : oldTokenForm,
    ...(typeof login === 'string' && { owner: printable(login, 80) }),
    warnings: isNew ? [] : [oldTokenRejected()],
  };
}
