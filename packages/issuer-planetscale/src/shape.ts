import type { Environment } from '@keyturn/core';
import { tokenFault } from '@keyturn/http';

import * as messages from './messages.ts';

const PREFIX = 'pscale_tkn_';
const USUAL_ID = /^[a-z0-9]{12}$/;

/**
 * Refuses a value that cannot be valid for its variable: the API would answer only 404.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, which contains nothing of the value
 */
export function refuseMangled(name: string, text: string): void {
  // Programs that read the same variable send these, too.
  if (text !== text.trim()) throw messages.variableMangled(name, messages.SURROUNDED);
  const fault = tokenFault(text);
  if (fault !== undefined) throw messages.variableMangled(name, fault);
}

/**
 * Refuses `id:token` in one variable: other programs need the parts separately.
 *
 * @throws {KeyturnError} `AUTH_DENIED`
 */
export function refuseJoined(name: string, text: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}:pscale_tkn_/.test(text)) return;
  throw messages.pairInOneVariable(name);
}

/** What is unusual about a refused pair, for a hint: lengths and prefixes, nothing of the secret. */
export function unusualParts(id: string, token: string): readonly string[] {
  const { length } = token;
  return [
    ...(USUAL_ID.test(id) ? [] : [messages.unusualId(id.length)]),
    ...(token.startsWith(PREFIX) ? [] : [messages.unusualSecret(length, PREFIX)]),
    ...(token.startsWith(PREFIX) && length < PREFIX.length + 32
      ? [messages.shortSecret(length)]
      : []),
  ];
}

/** Warns of variables that other programs would use in another way. */
export function warningsOf(env: Environment): string[] {
  const url = env['PLANETSCALE_API_URL'] ?? '';
  return [
    ...(/\/v1\/*$/.test(url) ? [messages.urlWithVersion] : []),
    ...((env['PLANETSCALE_API_TOKEN'] ?? '') !== '' &&
    (env['PLANETSCALE_SERVICE_TOKEN'] ?? '') !== ''
      ? [messages.bothCredentials]
      : []),
  ];
}
