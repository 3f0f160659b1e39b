import { expect, it } from 'vitest';

import { decide } from '../../src/machine/decide.ts';
import type { Step } from '../../src/machine/step.ts';
import type { Memory } from '../../src/machine/intent.ts';
import type { Intent, RotationState } from '../../src/unstable.ts';
import { HOUR, intentOf, memoryOf, NOW, SETTLE } from './states.ts';

type Case = [
  what: string,
  expected: Step,
  state: RotationState,
  intent?: Partial<Intent>,
  memory?: Partial<Memory>,
];

/** One test per situation: what is done next. */
export function decides(cases: readonly Case[]): void {
  it.each(cases)('%s', (_, expected, state, intent, memory) => {
    expect(decide(state, intentOf(intent), memoryOf(memory), NOW)).toEqual(expected);
  });
}

export const stop: Step = { type: 'stop' };
/** Nothing new is asked for in the rest of this run. */
export const over = { gaveUp: true };
export const grace = (hours: number): Partial<Intent> => ({
  policy: { maxAge: 24 * HOUR, grace: hours * HOUR, settle: SETTLE },
});
