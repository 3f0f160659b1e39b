/**
 * Gives what `work` makes of each item, in the order of the items, with at most `limit` under way at a time. It ends when all
 * that was begun has ended; after a failure nothing new is begun.
 */
export async function* mapLimited<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Awaited in its turn; until then nobody listens.
      result.catch(() => {});
      running.push(result);
      if (running.length >= limit) yield (await running.shift()) as Result;
    }
    while (running.length > 0) yield (await running.shift()) as Result;
  } finally {
    await Promise.allSettled(running);
  }
}
