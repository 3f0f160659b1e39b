import { Secret, type Environment } from '@keyturn/core';

import { tokenFaults, tokenUnusable } from './messages.ts';

/**
 * What makes a token from the environment unusable, as the rest of a sentence: `contains a line break`. Undefined if it can be sent.
 * Whitespace around it is ignored, because files end with a line break. The result contains nothing of the token.
 */
export function tokenFault(text: string): string | undefined {
  const token = text.trim();
  if (/^["'`]|["'`]$/.test(token)) return tokenFaults.quoted;
  if (/^\*+$/.test(token)) return tokenFaults.masked;
  if (/^\$\{\{|^\$\{?[A-Z_]+\}?$/.test(token)) return tokenFaults.unexpanded;
  if (/[\r\n]/.test(token)) return tokenFaults.broken;
  if (/\s/.test(token)) return tokenFaults.spaced;
  return /^[\u0021-\u007e]*$/.test(token) ? undefined : tokenFaults.unsendable;
}

/**
 * The token in a variable of the environment, without whitespace around it; undefined if there is none.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING` if it cannot be sent
 */
export function tokenIn(env: Environment, name: string): Secret | undefined {
  const token = (env[name] ?? '').trim();
  const fault = tokenFault(token);
  if (fault !== undefined) throw tokenUnusable(name, fault);
  return token === '' ? undefined : new Secret(token);
}
