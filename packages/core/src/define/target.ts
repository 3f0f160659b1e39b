import type { KeyturnError } from '../contracts/errors.ts';
import {
  encodingInvalid,
  kindMissing,
  optionEmpty,
  optionTwice,
  targetHasControl,
  targetTooLong,
} from '../messages.ts';
import type { Target } from '../contracts/target.ts';

const MAXIMUM_LENGTH = 1024;

/**
 * Parses `KIND:PATH?KEY=VALUE&…`. The adapter validates path and query.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseTarget(text: string): Target {
  if (text.length > MAXIMUM_LENGTH) throw targetTooLong(text, MAXIMUM_LENGTH);
  if (/\p{Cc}/u.test(text)) throw targetHasControl(text);
  const match = /^([a-z][a-z0-9-]*):([^?]*)(?:\?(.*))?$/.exec(text);
  if (match === null) throw kindMissing(text);
  const [, kind = '', path = '', search = ''] = match;
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of search.split('&').filter(Boolean)) {
    const [key = '', value] = splitOnce(pair, '=');
    if (value === undefined) throw optionEmpty(text, key);
    if (key in query) throw optionTwice(text, key);
    query[key] = decode(value) ?? fail(encodingInvalid(text, value));
  }
  return { text, kind, path, query };
}

/** Formats a target in its canonical form: sorted keys, and values encoded only if necessary. */
export function formatTarget(
  kind: string,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value.replaceAll(/[%&#?\s]/g, encodeURIComponent)}`);
  return `${kind}:${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function fail(error: KeyturnError): never {
  throw error;
}
