import { expect, it } from 'vitest';

import { confirmationOf, type Confirmation } from '../../src/index.ts';

it.each<[names: Confirmation[], all: Confirmation]>([
  [[], 'unreadable'],
  [['same', 'same'], 'same'],
  [['same', 'unreadable'], 'unreadable'],
  [['unreadable', 'different'], 'different'],
  [['absent', 'absent'], 'absent'],
  [['absent', 'same'], 'different'],
  [['absent', 'unreadable'], 'different'],
])('the confirmations %j together say %s', (names, all) => {
  expect(confirmationOf(names)).toBe(all);
});
