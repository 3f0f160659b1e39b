import { KeyturnError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';

const PAGE = 100;
const MOST_PAGES = 1000;

type Named = Readonly<Record<string, unknown>> & { readonly name: string };

/**
 * Every item of a list that says how many there are, and in which each has a name. Pages are asked for by number: a `Link` to another host would take the
 * token there.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` for what is no whole list, and what a refusal stands for
 */
export async function* readPages(
  { target, request }: Client,
  route: string,
  key: string,
  options: CallOptions,
): AsyncGenerator<Named> {
  let seen = 0;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await request(route, { per_page: PAGE, page }, options);
    if (answer.status !== 200) throw await answer.error();
    const { total_count: total, [key]: items } = (answer.data ?? {}) as Record<string, unknown>;
    if (typeof total !== 'number' || !Array.isArray(items)) break;
    if (!items.every(isNamed)) break;
    yield* items;
    seen += items.length;
    if (seen >= total || items.length === 0) return;
  }
  throw new KeyturnError('ANSWER_INVALID', `${target.id}: ${route} was answered with no list`, {
    hint: 'Check GITHUB_API_URL.',
    effect: 'none',
  });
}

function isNamed(item: unknown): item is Named {
  return typeof (item as { name?: unknown } | null)?.name === 'string';
}
