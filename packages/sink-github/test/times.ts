import { virtualClock, type VirtualClock } from '@keyturn/core/testing';
import type { SandboxOptions } from '@keyturn/sandbox';

import { NOW } from './context.ts';

/** How far the clock that dates GitHub's answers is behind the one that stamps what is written, by default and about. */
const BEHIND = -900;

/** GitHub's time and that of whoever asks it: far apart, and both go on. */
export interface Times {
  /** For the sink's context. */
  readonly own: VirtualClock;
  /** For the sandbox. */
  readonly clock: NonNullable<SandboxOptions['clock']>;
  readonly clocks: NonNullable<SandboxOptions['clocks']>;
  /** For the conformance kit: what GitHub shows. */
  readonly shown: { readonly now: () => number; readonly advance: (ms: number) => Promise<void> };
}

/** @param apart how far GitHub's time is ahead, in milliseconds */
export function timesApart(apart: number): Times {
  const [own, theirs] = [virtualClock(NOW), virtualClock(NOW + apart)];
  return {
    own,
    clock: () => theirs.now(),
    clocks: { github: { frontOffsetMs: BEHIND } },
    shown: {
      now: () => theirs.now() + BEHIND,
      async advance(milliseconds) {
        await theirs.advance(milliseconds);
        await own.advance(milliseconds);
      },
    },
  };
}
