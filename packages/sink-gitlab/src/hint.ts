import type { CallOptions, TokenHint } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';

const TAIL = 4;
/** The tail of a shorter text would show too much of it. */
const SHORTEST_SECRET = 16;
/** A value as long as a secret never counts as an id, whatever the order of the names. */
const ID = /^[\w-]{1,32}$/;

/** Reads which token the variables contain: of two variables, the first is its id; a single one is `id:token` or lines of `NAME=value`. */
export async function holds(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<TokenHint | undefined> {
  const looks = await lookAll(client, names, options);
  if (looks.some(({ stored }) => stored === undefined)) return undefined;
  return hintOf(looks.map(({ stored }) => stored?.value));
}

/** What is safe to show of these values; hidden values are undefined. */
export function hintOf(values: readonly (string | undefined)[]): TokenHint | undefined {
  const [first, second] = values.length === 1 ? parts(values[0] ?? '') : values;
  const id = first !== undefined && ID.test(first) ? first : undefined;
  const tail =
    second !== undefined && second.length >= SHORTEST_SECRET ? second.slice(-TAIL) : undefined;
  if (id === undefined && tail === undefined) return undefined;
  return { ...(id !== undefined && { id }), ...(tail !== undefined && { tail }) };
}

function parts(value: string): readonly (string | undefined)[] {
  if (value.includes('\n'))
    return value
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(line.indexOf('=') + 1));
  const at = value.indexOf(':');
  return at < 0 ? [undefined, value] : [value.slice(0, at), value.slice(at + 1)];
}
