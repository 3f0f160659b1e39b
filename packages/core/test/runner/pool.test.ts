import { describe, expect, it } from 'vitest';

import { forEachLimited } from '../../src/runner/run/pool.ts';

/** Work that ends when it is told to. */
function pending() {
  const begun: number[] = [];
  const ends = new Map<number, (error?: Error) => void>();
  const work = (item: number): Promise<void> => {
    begun.push(item);
    return new Promise((resolve, reject) => {
      ends.set(item, (error) => (error === undefined ? resolve() : reject(error)));
    });
  };
  const end = async (item: number, error?: Error): Promise<void> => {
    ends.get(item)?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, work, end };
}

describe('work on many items', () => {
  it('is begun for so many at a time', async () => {
    const { begun, work, end } = pending();
    const done = forEachLimited([1, 2, 3, 4], 2, work);
    expect(begun).toEqual([1, 2]);
    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    for (const item of [1, 3, 4]) await end(item);
    await expect(done).resolves.toBeUndefined();
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  it('is begun no more after a failure, and the first one is thrown once the rest has ended', async () => {
    const { begun, work, end } = pending();
    let isOver = false;
    const done = forEachLimited([1, 2, 3], 2, work).finally(() => (isOver = true));
    const failure = done.catch((error: unknown) => error);
    await end(1, new Error('first'));
    expect([begun, isOver]).toEqual([[1, 2], false]);
    await end(2, new Error('second'));
    expect(await failure).toMatchObject({ message: 'first' });
    expect(begun).toEqual([1, 2]);
  });
});
