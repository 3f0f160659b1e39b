import { performance } from 'node:perf_hooks';

import type { Clock } from '@keyturn/core';

import type { Draft } from './snapshot.ts';

/** A moment by the clock that can be set, and by the one that cannot, but might stand still while the machine sleeps. */
export interface Moment {
  readonly clock: number;
  readonly steady: number;
}

export function momentNow(clock: Clock): Moment {
  return { clock: clock.now(), steady: performance.now() };
}

/** How long ago that was, in milliseconds: by the clock that shows more. */
export function passedSince(moment: Moment, clock: Clock): number {
  const now = momentNow(clock);
  return Math.max(Math.abs(now.clock - moment.clock), now.steady - moment.steady);
}

/** A change of the branch. */
export interface Change<Result> {
  /** For the message of the commit; only safe characters. */
  readonly about: () => string;
  readonly signal: AbortSignal;
  /** Whether nothing may be concluded from a copy of the branch that is older than the call. */
  readonly needsFresh?: boolean;
  /**
   * Looks at the branch, and edits it. Called again if the branch moved: has no other effect. What it throws refuses the change, if the
   * copy of the branch is not older than the call.
   */
  readonly plan: (draft: Draft) => Promise<Result>;
}

export interface Landed<Result> {
  readonly result: Result;
  /** When the push began that contains the change; undefined if there was nothing to push. */
  readonly began: Moment | undefined;
}
