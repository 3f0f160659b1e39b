import { KeyturnError, type Environment, type ErrorCode } from '@keyturn/core';

const PREFIX = 'pscale_tkn_';
const USUAL_ID = /^[a-z0-9]{12}$/;

/**
 * Refuses a text that cannot be what its variable is for, whatever the API would say: it answers each of them with a 404 that
 * tells nothing.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, which shows nothing of the text
 */
export function refuseMangled(name: string, text: string): void {
  if (/^["'`]|["'`]$/.test(text)) throw mangled(name, 'begins or ends with a quote');
  if (/^\s|\s$/.test(text)) throw mangled(name, 'begins or ends with a blank or a line break');
  if (/\s/.test(text)) throw mangled(name, 'has a blank or a line break in it');
  if (/^\*+$/.test(text)) throw mangled(name, 'holds nothing but stars, as a log shows a secret');
  if (/^\$\{\{|^\$\{?[A-Z_]+\}?$/.test(text))
    throw mangled(name, 'holds the name of a variable, which was not put in');
  if (!/^[\u0021-\u007e]*$/.test(text))
    throw mangled(
      name,
      'has a character that cannot be sent, as some programs put in when copying',
    );
}

/**
 * Refuses `id:token` in one variable. Both parts are there, but other programs want them apart.
 *
 * @throws {KeyturnError} `AUTH_DENIED`
 */
export function refuseJoined(name: string, text: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}:pscale_tkn_/.test(text)) return;
  throw refusal(
    'AUTH_DENIED',
    `${name} holds both parts, as id:token`,
    'Put what stands before the colon into PLANETSCALE_SERVICE_TOKEN_ID, and the rest into PLANETSCALE_SERVICE_TOKEN.',
  );
}

/** What is unusual about a pair that was refused, for a hint: lengths and beginnings, nothing of the secret. */
export function oddities(id: string, token: string): string {
  const odd = [
    ...(USUAL_ID.test(id)
      ? []
      : [`the id has ${id.length} characters, and 12 lower-case letters and digits are usual`]),
    ...(token.startsWith(PREFIX)
      ? []
      : [`the secret, of ${token.length} characters, does not begin with ${PREFIX}`]),
    ...(token.startsWith(PREFIX) && token.length < PREFIX.length + 32
      ? [`the secret has ${token.length} characters: it seems to be cut off`]
      : []),
  ];
  return odd.length === 0 ? '' : ` (unusual: ${odd.join('; ')})`;
}

/** Where the variables contradict what other programs expect of them. */
export function warningsOf(env: Environment): string[] {
  const url = env['PLANETSCALE_API_URL'] ?? '';
  return [
    ...(/\/v1\/*$/.test(url)
      ? ['PLANETSCALE_API_URL ends with /v1, which keyturn takes off; pscale would ask /v1/v1']
      : []),
    ...((env['PLANETSCALE_API_TOKEN'] ?? '') !== '' &&
    (env['PLANETSCALE_SERVICE_TOKEN'] ?? '') !== ''
      ? ['PLANETSCALE_API_TOKEN is set as well; the service token is used']
      : []),
  ];
}

export function refusal(code: ErrorCode, message: string, hint: string): KeyturnError {
  return new KeyturnError(code, message, { hint, effect: 'none' });
}

function mangled(name: string, how: string): KeyturnError {
  return refusal('AUTH_DENIED', `${name} ${how}`, `Set ${name} to the text alone.`);
}
