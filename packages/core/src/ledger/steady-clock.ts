import type { Clock } from '../contracts/runtime.ts';

/**
 * A clock that never goes back, nor behind `floor`: where the machine's is set back, time goes on from where it was. What
 * is counted from a record's date (grace, settle time) then never takes longer than it should by the time of a run.
 */
export function steadyClock(clock: Clock, floor: number): Clock {
  let last = floor;
  let offset = 0;
  const atLeast = (time: number): number => {
    offset += Math.max(0, time - (clock.now() + offset));
    return (last = clock.now() + offset);
  };
  const now = (): number => atLeast(last);
  return {
    now,
    async sleep(milliseconds, signal) {
      const due = now() + milliseconds;
      await clock.sleep(milliseconds, signal);
      atLeast(Math.max(due, last));
    },
  };
}
