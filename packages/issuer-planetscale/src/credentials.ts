import { Secret, type Environment } from '@keyturn/core';

import { refusal, refuseJoined, refuseMangled } from './shape.ts';

/** Who asks. A service token is sent as `ID:TOKEN` without a scheme (docs: API, service tokens), a login as Bearer. */
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
 * Takes the credentials from the environment, and refuses those that cannot work: the API answers a swapped or half pair
 * with a 404 that says nothing.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`, `AUTH_DENIED`
 */
export function credentialsFrom(env: Environment): Credentials {
  const [id, token, login] = [env[ID] ?? '', env[TOKEN] ?? '', env[LOGIN] ?? ''];
  for (const [name, value] of Object.entries({ [ID]: id, [TOKEN]: token, [LOGIN]: login })) {
    refuseMangled(name, value);
    refuseJoined(name, value);
  }
  if (id === '' && token === '') return login === '' ? nothing() : fromLogin(login);
  if (id === '' || token === '') {
    const [there, missing] = id === '' ? [TOKEN, ID] : [ID, TOKEN];
    throw refusal(
      'CREDENTIALS_MISSING',
      `${there} is set, but ${missing} is not`,
      `A service token needs both: set ${missing}.`,
    );
  }
  return serviceToken(id, token);
}

/** A token's id and secret as they are. */
export function pairOf(id: string, token: string): Credentials {
  return { id, secret: new Secret(token), header: new Secret(`${id}:${token}`) };
}

function serviceToken(id: string, token: string): Credentials {
  if (id.startsWith(PREFIX))
    throw refusal(
      'AUTH_DENIED',
      `${ID} holds a token's secret`,
      `It seems that ${ID} and ${TOKEN} are swapped.`,
    );
  if (!token.startsWith(PREFIX) && /^[a-z0-9]{12}$/.test(token))
    throw refusal('AUTH_DENIED', `${TOKEN} holds an id`, `It must start with ${PREFIX}.`);
  if (!/^[A-Za-z0-9_-]+$/.test(id))
    throw refusal(
      'AUTH_DENIED',
      `${ID} is not an id`,
      'Write its 12 lower-case letters and digits.',
    );
  return pairOf(id, token);
}

function fromLogin(login: string): Credentials {
  if (login.includes(PREFIX))
    throw refusal(
      'AUTH_DENIED',
      `${LOGIN} holds a service token, where a person's login belongs`,
      `Put the token's id into ${ID} and its secret into ${TOKEN}.`,
    );
  return { id: undefined, secret: new Secret(login), header: new Secret(`Bearer ${login}`) };
}

function nothing(): never {
  throw refusal(
    'CREDENTIALS_MISSING',
    'there are no credentials for PlanetScale',
    `Set ${ID} and ${TOKEN}, or ${LOGIN}.`,
  );
}
