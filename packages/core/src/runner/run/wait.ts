import type { Run } from './run.ts';

/** Some timers cannot be set for weeks. */
const LONGEST_TURN = 3_600_000;

/** Waits in turns that add up to what was left at first; ends early with the run. */
export async function waitUntil(run: Run, until: number): Promise<void> {
  const { clock, signal } = run.runtime;
  const ended = AbortSignal.any([signal, run.ledger.signal]);
  for (
    let left = Math.max(1, until - clock.now());
    left > 0 && !run.interrupted;
    left -= LONGEST_TURN
  )
    await clock.sleep(Math.min(left, LONGEST_TURN), ended).catch(() => {});
}

/** Waits until nothing of before can land any more, and says so. */
export async function waitToSettle(run: Run, until: number): Promise<void> {
  const step = { type: 'wait', until, for: 'settle' } as const;
  run.runtime.observe?.({ type: 'step', rotation: run.request.name, step });
  await waitUntil(run, until);
}
