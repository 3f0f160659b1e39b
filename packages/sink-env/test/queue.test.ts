import { describe, expect, it } from 'vitest';

import { inTurn } from '../src/queue.ts';

/** Work that begins when its turn comes, and ends when it is told to. */
function work(key: string) {
  let begin = (): void => {};
  let end = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ending = new Promise<void>((resolve) => (end = resolve));
  const done = inTurn(key, () => {
    begin();
    return ending;
  });
  return { begun, done, end };
}

const isBegun = (one: { readonly begun: Promise<void> }): Promise<boolean> => {
  const later = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([one.begun.then(() => true), later]);
};

describe('work on one file', () => {
  it('is done in turn, also what comes while another waits already', async () => {
    const [first, second] = [work('a'), work('a')];
    expect(await isBegun(second)).toBe(false);
    first.end();
    await first.done;
    const third = work('a');
    await second.begun;
    expect(await isBegun(third)).toBe(false);
    second.end();
    await third.begun;
    third.end();
    await third.done;
  });

  it('does not wait for that on another file, nor fail with what failed before', async () => {
    const first = work('c');
    const other = work('b');
    await other.begun;
    other.end();
    const failing = inTurn('c', () => Promise.reject(new Error('planted')));
    const last = inTurn('c', async () => 'done');
    first.end();
    await expect(failing).rejects.toThrow('planted');
    expect(await last).toBe('done');
  });
});
