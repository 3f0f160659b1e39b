import type { JsonObject } from '@keyturn/http';

import { isObject, type Api, type Page } from './api.ts';
import * as messages from './messages.ts';

/**
 * Every item of a list, verified to be complete: when one is deleted while the pages are read, another one can be missed.
 *
 * @param pages reads the list from its start
 * @param what of the list, as the start of a message
 * @throws {KeyturnError} `ANSWER_INVALID` if the list keeps changing, or has an item that `read` does not understand
 */
export async function wholeList<Item extends { readonly id: string }>(
  pages: () => AsyncGenerator<Page>,
  read: (item: JsonObject) => Item | undefined,
  what: string,
): Promise<readonly Item[]> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const found = new Map<string, Item>();
    const totals = new Set<number>();
    for await (const { items, total } of pages()) {
      for (const item of items) {
        const one = isObject(item) ? read(item) : undefined;
        // It could be the one that is being looked for.
        if (one === undefined) throw messages.listedUnidentified(what);
        found.set(one.id, one);
      }
      if (total !== undefined) totals.add(total);
    }
    if (totals.size === 0 || (totals.size === 1 && totals.has(found.size)))
      return [...found.values()];
  }
  throw messages.listChanged(what);
}

/** For a response without a creation time: the time of the response, by the server's clock if possible. */
export function issuedAt({ headers }: Response, { clock }: Api): string {
  const date = Date.parse(headers.get('date') ?? '');
  return new Date(Number.isNaN(date) ? clock.now() : date).toISOString();
}

/**
 * The lifetime of a new token in seconds.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function secondsOf(ttl: number | undefined): number | undefined {
  const seconds = ttl === undefined ? undefined : ttl / 1000;
  if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds > 0))
    throw messages.ttlInvalid(seconds);
  return seconds;
}
