import type { Lesson, Lessons } from './learned.ts';
import type { RotationRuntime } from './request.ts';

/** How many sinks are worked on at the same time. Two secrets of each are as many requests as a host gets at most. */
export function sinksAtOnce({ concurrency = 48 }: Pick<RotationRuntime, 'concurrency'>): number {
  return concurrency;
}

/**
 * Runs `work` over the items, at most `limit` at a time. It ends when all that was begun has ended: after a failure
 * nothing new is begun, and the first failure is thrown.
 */
export async function forEachLimited<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** The same for work that finds something out: what came of the items that ended is learned even if another one failed. */
export async function* learnLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
  lessonOf: (results: readonly Result[]) => Lesson,
): Lessons {
  const results: Result[] = [];
  try {
    await forEachLimited(items, limit, async (item) => void results.push(await work(item)));
  } finally {
    yield lessonOf(results);
  }
}
