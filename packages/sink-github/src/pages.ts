import { serverTime, type CallOptions } from '@keyturn/core';
import { pageBound } from '@keyturn/http';

import { routeOf, type Client } from './client.ts';
import { responseInvalid } from './messages.ts';

const PAGE = 100;

/** An item of a list; only its name was checked. */
export type Named = Readonly<Record<string, unknown>> & { readonly name: string };

/** One page of a list, with the total number of items. */
export interface Page {
  readonly items: readonly Named[];
  readonly total: number;
  /** GitHub's clock, in milliseconds since the epoch. */
  readonly shownAt: number | undefined;
  /** The size of the page in bytes. */
  readonly size: number;
}

/**
 * Reads one page of a list in which each item has a name. GitHub returns at most 100 items, or 30 variables.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if the response is not such a list, and the errors of a failed request
 */
export async function readPage(
  { target, request }: Client,
  route: string,
  key: string,
  options: CallOptions,
  query: { readonly per_page?: number; readonly page?: number } = {},
): Promise<Page> {
  const answer = await request(route, { per_page: PAGE, ...query }, options);
  if (answer.status !== 200) throw await answer.error();
  const { total_count: total, [key]: items } = (answer.data ?? {}) as Record<string, unknown>;
  if (typeof total === 'number' && Array.isArray(items) && items.every(isNamed))
    return { items, total, shownAt: serverTime(answer.headers), size: answer.size };
  throw responseInvalid(target.id, routeOf(target, route));
}

/**
 * Reads every item of such a list. Pages are requested by number: a `Link` to another host would send the token there.
 *
 * @throws {KeyturnError} like {@link readPage}, and if the list does not end
 */
export async function* readPages(
  client: Client,
  route: string,
  key: string,
  options: CallOptions,
): AsyncGenerator<Named> {
  const take = pageBound(`${client.target.id}: ${routeOf(client.target, route)}`);
  let seen = 0;
  for (let page = 1; ; page++) {
    const { items, total, size } = await readPage(client, route, key, options, { page });
    take(size);
    yield* items;
    seen += items.length;
    if (seen >= total || items.length === 0) return;
  }
}

function isNamed(item: unknown): item is Named {
  return typeof (item as { name?: unknown } | null)?.name === 'string';
}
