import {
  type KeyturnError,
  printable,
  reveal,
  withoutSecrets,
  type ErrorCode,
  type Secret,
} from '@keyturn/core';

import { boundedText } from './bounded-text.ts';
import { HTML_PAGE, responseFailed, responseHints } from './messages.ts';
import { isObject, parse } from './read-json.ts';
import { effectOf } from './response-mark.ts';

const BODY_LIMIT = 64 * 1024;
const TEXT_LIMIT = 200;

export interface ResponseErrorOptions {
  /** What was requested and where, as the start of the message: `github:acme/web: the public key`. */
  readonly what: string;
  /** Hints by status. */
  readonly hints?: Readonly<Record<number, string>>;
  /** Codes by status, instead of the usual ones. */
  readonly codes?: Readonly<Record<number, ErrorCode>>;
  /** What the server may echo and nobody may see: values that were sent, and the credentials. */
  readonly secrets?: readonly (Secret | string)[];
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'AUTH_DENIED',
  403: 'PERMISSION_DENIED',
  404: 'TARGET_NOT_FOUND',
  408: 'REMOTE_FAILED',
  429: 'RATE_LIMITED',
};

/**
 * Makes the error for an unsuccessful response: the code from its status, and the start of the server's own words without any
 * secrets. The effect is `none` for a refusal (4xx) unless an earlier try of the same request got no answer.
 */
export async function responseError(
  response: Response,
  { what, hints = {}, codes = {}, secrets = [] }: ResponseErrorOptions,
): Promise<KeyturnError> {
  const { status } = response;
  const code = codes[status] ?? codeOf(status);
  const { text } = await boundedText(response, BODY_LIMIT);
  const said = withoutThese(saidBy(text), secrets);
  return responseFailed(
    code,
    what,
    { status, said: printable(said, TEXT_LIMIT), hint: hints[status] ?? responseHints[code] },
    effectOf(response, status >= 400 && status < 500 && status !== 408),
  );
}

function codeOf(status: number): ErrorCode {
  const known = CODES[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'REMOTE_FAILED';
  return status >= 400 ? 'REMOTE_REJECTED' : 'ANSWER_INVALID';
}

/** The message in an error's body, in any form that the providers use. */
function saidBy(text: string): string {
  const body = parse(text);
  if (body === undefined) return /^\s*</.test(text) ? HTML_PAGE : oneLine(text);
  if (!isObject(body)) return '';
  const { message, error, error_description: description, errors } = body;
  return oneLine(
    [message, error, description, errors].flatMap((part) => textsIn(part, 4)).join(', '),
  );
}

/** GitLab sends lists by field name, GitHub a list of objects. */
function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  const nested = Object.entries(value).slice(0, 10);
  return nested.flatMap(([key, inner]) => {
    const texts = textsIn(inner, depth - 1);
    return Array.isArray(value) || texts.length === 0 ? texts : [`${key} ${texts.join(' ')}`];
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/**
 * Removes secrets before the text is cut: whole secrets of any length, and parts of them in any form that a server may echo.
 */
function withoutThese(text: string, secrets: readonly (Secret | string)[]): string {
  const values = secrets.map((secret) => reveal(secret));
  const whole = values
    .flatMap((plain) => [plain, ...plain.split(/\r?\n/).filter(({ length }) => length >= 8)])
    .flatMap((plain) => [plain, oneLine(plain), JSON.stringify(plain).slice(1, -1)])
    .filter((form) => form !== '')
    .toSorted((a, b) => b.length - a.length)
    .reduce((result, form) => result.replaceAll(form, '[secret]'), text);
  return withoutSecrets(whole, values);
}
