import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

import { KeyturnError, Secret, type Environment } from '@keyturn/core';

/** A GitHub App, as the environment names it. */
export interface App {
  /** Its id, or its client id: GitHub takes both. */
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
  if (!/^[\w.]{1,100}$/.test(id))
    throw invalid(
      'GITHUB_APP_ID is not the id of a GitHub App',
      'It stands on the page of the App.',
    );
  return { id, key: privateKey(env['GITHUB_APP_PRIVATE_KEY'] ?? '') };
}

/** PEM as GitHub hands it out; on one line with `\n` in it; or in base64, since many stores take one line only. */
function privateKey(text: string): KeyObject {
  const given = text.trim().replaceAll(String.raw`\n`, '\n');
  const pem = given.startsWith('-----') ? given : Buffer.from(given, 'base64').toString();
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What OpenSSL says of it helps nobody.
  }
  throw invalid(
    'GITHUB_APP_PRIVATE_KEY is not an RSA key without a passphrase',
    'Give it the whole .pem file of the App, or the file in base64.',
  );
}

/**
 * What an App proves itself by: a JSON Web Token, begun a minute ago, since clocks differ, and valid for less than the
 * ten minutes that GitHub allows.
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

function invalid(message: string, hint: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', message, { hint, effect: 'none' });
}
