import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Clock, Random } from './runtime.ts';

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

const STEPS = 2 ** 47;

/** Unpredictable numbers, so that labels from several machines differ. */
export const systemRandom: Random = () => randomInt(STEPS) / STEPS;
