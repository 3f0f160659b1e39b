import { describeBody, isLogin } from './body.ts';
import { boundedText } from './bounded-text.ts';
import { jsonInvalid } from './messages.ts';
import { isObject, parse, type JsonObject } from './parse.ts';
import { effectOf } from './response-mark.ts';

const LIMIT = 8 * 1024 * 1024;

interface ReadOptions {
  readonly what: string;
  readonly address?: string;
}

/**
 * Reads the body of a successful response as JSON: an object, or an array if `type` says so. Keys named `__proto__` are dropped.
 *
 * @param options.what what was requested, as the start of a message: `planetscale:acme: the list of tokens`
 * @param options.address the hint for a response of another server: which address to check
 * @throws {KeyturnError} `ANSWER_INVALID`, with effect `unknown` unless the request was read-only
 */
export function readJson(
  response: Response,
  options: ReadOptions & { readonly type?: 'object' },
): Promise<JsonObject>;
export function readJson(
  response: Response,
  options: ReadOptions & { readonly type: 'array' },
): Promise<readonly unknown[]>;
export async function readJson(
  response: Response,
  { what, address, type = 'object' }: ReadOptions & { readonly type?: 'object' | 'array' },
): Promise<JsonObject | readonly unknown[]> {
  const { text, complete } = await boundedText(response, LIMIT);
  const value = complete ? parse(text) : undefined;
  const wanted = type === 'array' ? Array.isArray(value) : isObject(value);
  if (wanted) return value as JsonObject | readonly unknown[];
  const came = complete ? describeBody(text, response.headers) : undefined;
  throw jsonInvalid(
    what,
    { status: response.status, type, came, isLogin: isLogin(text), address },
    effectOf(response, false),
  );
}
