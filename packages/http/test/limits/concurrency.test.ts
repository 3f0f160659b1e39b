import { describe, expect, it } from 'vitest';

import {
  accepted,
  concurrencyOf,
  refused,
  type Concurrency,
} from '../../src/limits/concurrency.ts';

const MOST = 16;
const full = { inFlight: MOST, sentAt: 0, now: 100, isClosed: false };

/** The limits after each of so many answers. */
function answers(many: number, start: Concurrency, sentAt = 200): number[] {
  const limits: number[] = [];
  let one = start;
  for (let i = 0; i < many; i++) {
    one = accepted(one, sentAt);
    limits.push(one.limit);
  }
  return limits;
}

describe('what may be in flight', () => {
  it('is never more than the most', () => {
    expect(answers(40, concurrencyOf(MOST)).every((limit) => limit === MOST)).toBe(true);
    expect(answers(200, refused(concurrencyOf(MOST), full)).at(-1)).toBe(MOST);
  });

  it('is half as much after a refusal, and grows with each round of answers', () => {
    const half = refused(concurrencyOf(MOST), full);
    expect(half.limit).toBe(8);
    expect(answers(18, half)).toEqual([...Array(7).fill(8), ...Array(9).fill(9), 10, 10]);
  });

  it('is half of what was in flight, and never nothing', () => {
    const few = refused(concurrencyOf(MOST), { ...full, inFlight: 6 });
    expect(few.limit).toBe(3);
    expect(refused(concurrencyOf(MOST), { ...full, inFlight: 1 }).limit).toBe(1);
    // More can be in flight than may be, from before.
    expect(refused(few, { ...full, sentAt: 150, now: 200 }).limit).toBe(1);
  });

  it('is one while the host takes nothing, then one more with each answer up to half', () => {
    const closed = refused(concurrencyOf(MOST), { ...full, isClosed: true });
    expect(closed.limit).toBe(1);
    expect(answers(9, closed)).toEqual([2, 3, 4, 5, 6, 7, 8, 8, 8]);
  });

  it.each([0, 100])('is not lowered again by what was sent before (at %d)', (sentAt) => {
    const half = refused(concurrencyOf(MOST), full);
    expect(refused(half, { ...full, sentAt, now: 150 })).toBe(half);
    expect(answers(100, half, sentAt).at(-1)).toBe(8);
  });

  it('is one when something that was sent before says that the host takes nothing', () => {
    const half = refused(concurrencyOf(MOST), full);
    const closed = refused(half, { ...full, now: 150, isClosed: true });
    expect(closed.limit).toBe(1);
    expect(answers(9, closed)).toEqual([2, 3, 4, 5, 6, 7, 8, 8, 8]);
  });
});
