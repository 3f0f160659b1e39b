import { boundedText } from './bounded-text.ts';
import { jsonInvalid } from './messages.ts';
import { effectOf } from './response-mark.ts';

const LIMIT = 8 * 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the body of a successful response as JSON: an object, or an array if `type` says so. Keys named `__proto__` are dropped.
 *
 * @param options.what what was requested, as the start of a message: `planetscale:acme: the list of tokens`
 * @throws {KeyturnError} `ANSWER_INVALID`, with effect `unknown` unless the request was read-only
 */
export function readJson(
  response: Response,
  options: { readonly what: string; readonly type?: 'object' },
): Promise<JsonObject>;
export function readJson(
  response: Response,
  options: { readonly what: string; readonly type: 'array' },
): Promise<readonly unknown[]>;
export async function readJson(
  response: Response,
  { what, type = 'object' }: { readonly what: string; readonly type?: 'object' | 'array' },
): Promise<JsonObject | readonly unknown[]> {
  const { text, complete } = await boundedText(response, LIMIT);
  const value = complete ? parse(text) : undefined;
  const wanted = type === 'array' ? Array.isArray(value) : isObject(value);
  if (wanted) return value as JsonObject | readonly unknown[];
  throw jsonInvalid(what, response.status, type, effectOf(response, false));
}

/** Parses untrusted JSON; undefined if it is invalid. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
