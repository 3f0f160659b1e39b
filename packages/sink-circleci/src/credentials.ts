import {
  KeyturnError,
  printable,
  type CallOptions,
  type CredentialReport,
  type Environment,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { environmentToken } from './connection.ts';

/**
 * Tells what the sink acts with: whose token it is. CircleCI tells neither what it may do nor when it expires.
 *
 * docs: changelog of 2023-07-06, «New format for API access tokens».
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and what a request may fail with
 */
export async function credentials(
  { send }: Client,
  env: Environment,
  options: CallOptions,
): Promise<CredentialReport> {
  const source = (env['CIRCLECI_TOKEN'] ?? '') === '' ? 'CIRCLE_TOKEN' : 'CIRCLECI_TOKEN';
  const token = environmentToken(env).reveal();
  if (token.startsWith('CCIPRJ_'))
    throw new KeyturnError('AUTH_DENIED', `${source} holds a token of a project`, {
      hint: 'Set it to a personal API token: those of projects do not work here.',
      effect: 'none',
    });
  const answer = await send({ method: 'GET', path: '/me' }, options);
  if (answer.status !== 200) throw await answer.error();
  const { login } = await answer.json();
  const isNew = token.startsWith('CCIPAT_');
  return {
    source,
    form: isNew ? 'a personal API token' : 'an API token of the format before July 2023',
    ...(typeof login === 'string' && { owner: printable(login, 80) }),
    warnings: isNew ? [] : ['contexts refuse tokens that are older than June 2023'],
  };
}
