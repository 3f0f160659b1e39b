import { KeyturnError, type AdapterContext, type CallOptions } from '@keyturn/core';
import { pageBound, readJson, responseError, sizeOf } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';

const PAGE = 100;
// docs: «REST API», pagination by offset ends at 50,000 items.
const MOST_PAGES = 500;

/** What is listed, for requests and for messages. */
export interface Listing {
  /** Below `/api/v4`, every part of it encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** `gitlab:acme: the list of projects`. */
  readonly what: string;
  /** What to do, by status. */
  readonly hints?: Readonly<Record<number, string>>;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * Every item of a list, page by page.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` for what is no list or has no end, and what a refusal stands for
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
        hints: {
          401: 'The token in GITLAB_TOKEN is wrong, expired or revoked, or belongs to another GITLAB_HOST.',
          ...hints,
        },
        secrets: [token],
      });
    take(sizeOf(response));
    const items = await readJson(response, { what, type: 'array' });
    for (const item of items) yield (item ?? {}) as Item;
    const next = response.headers.get('x-next-page');
    if (items.length === 0 || (next === null ? items.length < PAGE : next === '')) return;
  }
  throw unclear(what);
}

export function unclear(what: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} was answered with something else`, {
    hint: 'Check GITLAB_HOST.',
    effect: 'none',
  });
}
