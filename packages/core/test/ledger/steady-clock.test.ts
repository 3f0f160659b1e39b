import { describe, expect, it } from 'vitest';

import { steadyClock } from '../../src/ledger/steady-clock.ts';

/** A machine's clock that somebody sets. */
function machine(time: number) {
  const clock = {
    time,
    slept: [] as number[],
    /** What it shows after a sleep, if that is not as much later. */
    wakesAt: undefined as number | undefined,
    now: () => clock.time,
    sleep: async (milliseconds: number) => {
      clock.slept.push(milliseconds);
      clock.time = clock.wakesAt ?? clock.time + milliseconds;
    },
  };
  return clock;
}

describe('the time of a run', () => {
  it("is the machine's", async () => {
    const clock = machine(1000);
    const steady = steadyClock(clock, 500);
    expect(steady.now()).toBe(1000);
    clock.time = 1500;
    expect(steady.now()).toBe(1500);
    await steady.sleep(100);
    expect([steady.now(), clock.slept]).toEqual([1600, [100]]);
  });

  it("begins with the ledger's last record, and goes on as the machine's does", () => {
    const clock = machine(1000);
    const steady = steadyClock(clock, 5000);
    expect(steady.now()).toBe(5000);
    clock.time = 1300;
    expect(steady.now()).toBe(5300);
  });

  it("does not go back with the machine's", () => {
    const clock = machine(1000);
    const steady = steadyClock(clock, 0);
    expect(steady.now()).toBe(1000);
    clock.time = 200;
    expect(steady.now()).toBe(1000);
    clock.time = 300;
    expect(steady.now()).toBe(1100);
  });

  it("has gone on by what was slept, whatever became of the machine's", async () => {
    const clock = machine(1000);
    const steady = steadyClock(clock, 0);
    clock.wakesAt = 0;
    await steady.sleep(400);
    expect(steady.now()).toBe(1400);
    clock.wakesAt = 900;
    await steady.sleep(100);
    expect(steady.now()).toBe(2300);
  });
});
