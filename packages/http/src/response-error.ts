import {
  type KeyturnError,
  printable,
  reveal,
  withoutSecrets,
  type ErrorCode,
  type Secret,
} from '@keyturn/core';

import { describePage, isForeign, isPage, oneLine } from './body.ts';
import { boundedText } from './bounded-text.ts';
import { FIREWALL, laterHint, responseFailed, responseHints } from './messages.ts';
import { isObject, parse } from './parse.ts';
import { dateIn } from './rate-limit.ts';
import { effectOf } from './response-mark.ts';

const BODY_LIMIT = 64 * 1024;
const TEXT_LIMIT = 400;
/** The server's words that a hint may depend on. */
const WORDS_LIMIT = 1000;

/** What a server says, and the hint for it: it counts more than the status. */
export type SaidHint = readonly [words: RegExp, hint: string | ((said: RegExpExecArray) => string)];

export interface ResponseErrorOptions {
  /** What was requested and where, as the start of the message: `github:acme/web: the public key`. */
  readonly what: string;
  /** Hints by status. */
  readonly hints?: Readonly<Record<number, string>>;
  /** The first whose words the server says has the hint. */
  readonly reasons?: readonly SaidHint[];
  /** The hint for a 404 of another server: which address to check. Without it, a page is taken for an answer of the API. */
  readonly address?: string;
  /** Codes by status, instead of the usual ones. */
  readonly codes?: Readonly<Record<number, ErrorCode>>;
  /** What the server may echo and nobody may see: values that were sent, and the credentials. */
  readonly secrets?: readonly (Secret | string)[];
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'AUTH_DENIED',
  403: 'PERMISSION_DENIED',
  404: 'TARGET_NOT_FOUND',
  407: 'NETWORK_FAILED',
  408: 'REMOTE_FAILED',
  429: 'RATE_LIMITED',
};

/**
 * Makes the error for an unsuccessful response: the code from its status, and the start of the server's own words without any
 * secrets. The effect is `none` for a refusal (4xx) unless an earlier try of the same request got no answer.
 */
export async function responseError(
  response: Response,
  { what, hints = {}, reasons = [], address, codes = {}, secrets = [] }: ResponseErrorOptions,
): Promise<KeyturnError> {
  const { status, headers } = response;
  const { text } = await boundedText(response, BODY_LIMIT);
  const said = withoutThese(saidBy(text), secrets);
  const isElsewhere = address !== undefined && status === 404 && isForeign(text);
  const code = isElsewhere ? 'CONFIG_INVALID' : (codes[status] ?? codeOf(status));
  const hint =
    hintFor(said, reasons) ??
    (isElsewhere ? address : undefined) ??
    (status === 403 && isPage(text) ? FIREWALL : undefined) ??
    hints[status] ??
    (code === 'REMOTE_FAILED' ? laterHint(said, dateIn(headers.get('retry-after'))) : undefined) ??
    responseHints[code];
  return responseFailed(
    code,
    what,
    { status, said: printable(said, TEXT_LIMIT), hint },
    effectOf(response, status >= 400 && status < 500 && status !== 408),
  );
}

/** The words were bounded before, and secrets were taken out. */
function hintFor(said: string, reasons: readonly SaidHint[]): string | undefined {
  const start = said.slice(0, WORDS_LIMIT);
  for (const [words, hint] of reasons) {
    const found = words.exec(start);
    if (found !== null) return typeof hint === 'string' ? hint : hint(found);
  }
  return undefined;
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
  if (body === undefined) return isPage(text) ? describePage(text) : oneLine(text);
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
