import { reveal, Secret, type Credential, type Environment } from '@keyturn/core';
import { tokenFault } from '@keyturn/http';

import { read } from './endpoints.ts';
import * as messages from './messages.ts';

/** What requests are signed with. */
export interface Keys {
  readonly id: string;
  readonly secret: Secret;
  /** Of temporary credentials. */
  readonly session?: Secret;
}

const ID = 'AWS_ACCESS_KEY_ID';
const SECRET = 'AWS_SECRET_ACCESS_KEY';
const SESSION = 'AWS_SESSION_TOKEN';
const KEY_ID = /^[A-Z0-9]{16,128}$/;

/** @throws {KeyturnError} `CREDENTIALS_MISSING`, `AUTH_DENIED` */
export function keysFrom(env: Environment): Keys {
  const [id, secret, session] = [valueOf(env, ID), valueOf(env, SECRET), valueOf(env, SESSION)];
  if (id === undefined && secret === undefined) throw messages.credentialsMissing();
  if (id === undefined || secret === undefined)
    throw id === undefined ? messages.halfMissing(SECRET, ID) : messages.halfMissing(ID, SECRET);
  if (!KEY_ID.test(id)) throw messages.idVariableInvalid(KEY_ID.test(secret));
  return {
    id,
    secret: new Secret(secret),
    ...(session !== undefined && { session: new Secret(session) }),
  };
}

/** The new key of a rotation. */
export function keysOf({ token, fields }: Credential): Keys {
  return { id: token.id, secret: new Secret(reveal(fields['secretAccessKey'] ?? '')) };
}

/** Whether an id is that of an access key as AWS makes them, or another server. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** Temporary credentials have IDs of their own; docs: «IAM User Guide», unique identifiers. */
export function isTemporary({ id, session }: Keys): boolean {
  return session !== undefined || id.startsWith('ASIA');
}

function valueOf(env: Environment, name: string): string | undefined {
  const value = read(env, name);
  const fault = value === undefined ? undefined : tokenFault(value);
  if (fault !== undefined) throw messages.variableMangled(name, fault);
  return value;
}
