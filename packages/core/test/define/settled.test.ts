import { expect, it } from 'vitest';

import { settled } from '../../src/index.ts';

it('waits for all, and rejects with the first failure in the order of the works', async () => {
  const events: string[] = [];
  let fail = (): void => {};
  const first = new Promise((_, reject) => (fail = () => reject(new Error('the first'))));
  const works = [first, Promise.reject(new Error('the second'))] as const;
  const ended = settled(works).catch(({ message }: Error) => events.push(message));
  await Promise.resolve();
  events.push('one still runs');
  fail();
  await ended;
  expect(events).toEqual(['one still runs', 'the first']);
  expect(await settled([Promise.resolve(1), 'two', undefined])).toEqual([1, 'two', undefined]);
});
