import { Secret, type Environment } from '@keyturn/core';

import * as messages from './messages.ts';
import { refuseJoined, refuseMangled } from './shape.ts';

/** Credentials for the API. A service token is sent as `ID:TOKEN` without a scheme (docs: API, service tokens), a login as Bearer. */
export interface Credentials {
  /** Of the service token; undefined for a login. */
  readonly id: string | undefined;
  readonly secret: Secret;
  /** The value of the Authorization header. */
  readonly header: Secret;
}

const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
const LOGIN = 'PLANETSCALE_API_TOKEN';
const PREFIX = 'pscale_tkn_';

/**
 * Reads the credentials from the environment, and refuses those that cannot work: to a swapped or half pair the API answers
 * only 404.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`, `AUTH_DENIED`
 */
export function credentialsFrom(env: Environment): Credentials {
  const [id, token, login] = [env[ID] ?? '', env[TOKEN] ?? '', env[LOGIN] ?? ''];
  for (const [name, value] of Object.entries({ [ID]: id, [TOKEN]: token, [LOGIN]: login })) {
    refuseMangled(name, value);
    refuseJoined(name, value);
  }
  if (id === '' && token === '') {
    if (login === '') throw messages.credentialsMissing();
    return fromLogin(login);
  }
  if (id === '' || token === '') {
    const [present, missing] = id === '' ? [TOKEN, ID] : [ID, TOKEN];
    throw messages.halfMissing(present, missing);
  }
  return serviceToken(id, token);
}

/** A token's id and secret as they are. */
export function pairOf(id: string, token: string): Credentials {
  return { id, secret: new Secret(token), header: new Secret(`${id}:${token}`) };
}

function serviceToken(id: string, token: string): Credentials {
  if (id.startsWith(PREFIX)) throw messages.secretInIdVariable();
  if (!token.startsWith(PREFIX) && /^[a-z0-9]{12}$/.test(token))
    throw messages.idInSecretVariable();
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw messages.idVariableInvalid();
  return pairOf(id, token);
}

function fromLogin(login: string): Credentials {
  if (login.includes(PREFIX)) throw messages.tokenInLoginVariable();
  return { id: undefined, secret: new Secret(login), header: new Secret(`Bearer ${login}`) };
}
