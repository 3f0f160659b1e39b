import { createPublicKey, verify } from 'node:crypto';

import { refuse } from '../../http/answer.ts';
import { isObject, type Call, type JsonObject } from '../../http/call.ts';
import { failure } from './answers.ts';
import type { GitHubState } from './state.ts';
import type { AppWorld } from './world.ts';

// docs: apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
const LONGEST = 10 * 60;

/** The App whose JSON Web Token a request carries, or the refusal in GitHub's words. */
export function identifyApp(call: Call, state: GitHubState): AppWorld {
  const [, token = ''] = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = parse(payload);
  const { alg } = parse(header) ?? {};
  if (claims === undefined || alg !== 'RS256' || token.split('.').length !== 3)
    return refuse(failure(401, 'A JSON web token could not be decoded'));
  const app = state.apps.find(({ id, clientId }) =>
    [String(id), clientId].includes(String(claims['iss'])),
  );
  if (app === undefined) return refuse(failure(404, 'Integration not found'));
  const signed = Buffer.from(`${header}.${payload}`);
  if (
    !verify(
      'RSA-SHA256',
      signed,
      createPublicKey(app.publicKey),
      Buffer.from(signature, 'base64url'),
    )
  )
    return refuse(failure(401, 'A JSON web token could not be decoded'));
  const why = untimely(claims, state.runtime.clocks.front() / 1000);
  return why === undefined ? app : refuse(failure(401, why));
}

/** By GitHub's clock: begun in the past, and ending within ten minutes. */
function untimely({ iat, exp }: JsonObject, now: number): string | undefined {
  if (!Number.isInteger(iat) || Number(iat) > now)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (typeof exp !== 'number' || exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  return exp > now + LONGEST
    ? "'Expiration time' claim ('exp') is too far in the future"
    : undefined;
}

function parse(part: string): JsonObject | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
