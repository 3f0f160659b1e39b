import { isObject, type JsonObject } from '@keyturn/http';

import type { Page } from './api.ts';
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
