import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { play } from './perform.ts';
import { script } from './script.ts';

/** `KEYTURN_CAMPAIGN=SEED:HISTORIES` plays that many from that seed, and nothing else. */
const [seed, histories = '200'] = (process.env['KEYTURN_CAMPAIGN'] ?? '').split(':');
const seeds = seed ? [Number(seed)] : [1, 2, Math.floor(Math.random() * 2 ** 31)];

describe('any history of a larger world', () => {
  it.each(seeds)(
    `keeps the rules and converges: KEYTURN_CAMPAIGN=%d:${histories}`,
    async (number) => {
      await fc.assert(
        fc.asyncProperty(script, async (one) => {
          expect([...(await play(one))]).toEqual([]);
        }),
        // A run that waits for ever is a rule broken too.
        { seed: number, numRuns: Number(histories), timeout: 10_000 },
      );
    },
    3_600_000,
  );
});
