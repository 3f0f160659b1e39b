/**
 * Yields the results of `work` in the order of the items, with at most `limit` calls at a time. Starts nothing new after a
 * failure, and always waits for the calls that are running.
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
      // Awaited later; until then, a rejection must not be unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= limit) yield (await running.shift()) as Result;
    }
    while (running.length > 0) yield (await running.shift()) as Result;
  } finally {
    await Promise.allSettled(running);
  }
}
