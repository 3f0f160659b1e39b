import { expect, it } from 'vitest';

import { serverTime } from '../../src/index.ts';

it.each([
  ['Tue, 24 Nov 2026 09:30:15 GMT', Date.UTC(2026, 10, 24, 9, 30, 15)],
  ['soon', undefined],
  [undefined, undefined],
])('reads the header date: %s', (date, time) => {
  expect(serverTime(new Headers(date === undefined ? {} : { date }))).toBe(time);
});
