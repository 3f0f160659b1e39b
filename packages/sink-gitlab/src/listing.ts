import type { AdapterContext, CallOptions } from '@keyturn/core';
import { pageBound, readJson, responseError, sizeOf } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import { listHints, listInvalid } from './messages.ts';

const PAGE = 100;
// docs: «REST API», offset pagination ends at 50,000 items.
const MOST_PAGES = 500;

/** A list, as requests and messages need it. */
export interface Listing {
  /** Below `/api/v4`, every part of it encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** `gitlab:acme: the list of projects`. */
  readonly what: string;
  /** Hints by status. */
  readonly hints?: Readonly<Record<number, string>>;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads every item of a list, page by page.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if the response is not a list or the list does not end, and the errors of a failed request
 */
export async function* readPages(
  { path, query = {}, what, hints = {} }: Listing,
  { env, fetch }: AdapterContext,
  { signal }: CallOptions,
): AsyncGenerator<Item> {
  const token = readToken(env);
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token.reveal()}`,
    'user-agent': 'keyturn',
  };
  const take = pageBound(what);
  for (let page = 1; page <= MOST_PAGES; page++) {
    const search = new URLSearchParams({ ...query, per_page: String(PAGE), page: String(page) });
    const url = `${gitlabUrl(env)}/api/v4${path}?${search.toString()}`;
    const response = await fetch(url, { headers, signal });
    if (!response.ok)
      throw await responseError(response, {
        what,
        hints: { ...listHints, ...hints },
        secrets: [token],
      });
    take(sizeOf(response));
    const items = await readJson(response, { what, type: 'array' });
    for (const item of items) yield (item ?? {}) as Item;
    const next = response.headers.get('x-next-page');
    if (items.length === 0 || (next === null ? items.length < PAGE : next === '')) return;
  }
  throw listInvalid(what);
}
