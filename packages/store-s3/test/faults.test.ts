import { describe, expect, it } from 'vitest';

import { ACTIONS, countRequests, judge, play, withWorld } from './play.ts';

const requests = await countRequests();
/** What is most likely to break something; of the others, each third request is enough. */
const EVERY = ['500', 'a reset', 'a lost answer', 'a request that lands late'];

describe('a store of which one request fails', () => {
  it('plays everything', async () => {
    await withWorld(async (trace) => {
      await play(trace);
      expect(trace.failures).toEqual(['STATE_LOST']);
      expect([...trace.kept].join('')).toBe('abcdefg');
      expect(trace.claimed).toHaveLength(1);
      await judge(trace);
    });
  });

  it.each(ACTIONS)(
    'keeps its promises: $name, at any of its requests',
    { timeout: 120_000 },
    async ({ name, action, passes }) => {
      const step = EVERY.includes(name) ? 1 : 3;
      for (const after of requests.filter((number) => number % step === 0))
        await withWorld(async (trace) => {
          await trace.place.faults({ provider: 's3', after, times: 1, action });
          await play(trace);
          // One failure of a kind that passes makes no call fail.
          const failures = passes ? trace.failures : ['STATE_LOST'];
          expect(failures, `request ${after}`).toEqual(['STATE_LOST']);
          await judge(trace);
        });
    },
  );
});
