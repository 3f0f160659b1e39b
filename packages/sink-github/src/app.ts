import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

import { Secret, type Environment } from '@keyturn/core';

import { appIdInvalid, privateKeyInvalid } from './messages.ts';

/** The GitHub App that the environment names. */
export interface App {
  /** Its App ID or its client ID: GitHub accepts both. */
  readonly id: string;
  readonly key: KeyObject;
}

const SECONDS_BEFORE = 60;
const SECONDS_AFTER = 540;

/**
 * Reads the App from `GITHUB_APP_ID` and `GITHUB_APP_PRIVATE_KEY`.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function readApp(env: Environment): App {
  const id = env['GITHUB_APP_ID']?.trim() ?? '';
  if (!/^[\w.]{1,100}$/.test(id)) throw appIdInvalid();
  return { id, key: privateKey(env['GITHUB_APP_PRIVATE_KEY'] ?? '') };
}

/** PEM as GitHub provides it, on one line with `\n` in it, or in base64: many stores accept a single line only. */
function privateKey(text: string): KeyObject {
  const given = text.trim().replaceAll(String.raw`\n`, '\n');
  const pem = given.startsWith('-----') ? given : Buffer.from(given, 'base64').toString();
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The message of OpenSSL does not help.
  }
  throw privateKeyInvalid();
}

/**
 * The JSON Web Token that authenticates an App: issued a minute ago, because clocks differ, and valid for less than the ten minutes
 * that GitHub allows.
 *
 * docs: «Generating a JSON Web Token (JWT) for a GitHub App».
 */
export function assertion({ id, key }: App, now: number): Secret {
  const second = Math.floor(now / 1000);
  const claims = { iat: second - SECONDS_BEFORE, exp: second + SECONDS_AFTER, iss: id };
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encoded).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url');
  return new Secret(`${signed}.${signature}`);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
