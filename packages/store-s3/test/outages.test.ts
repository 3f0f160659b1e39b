import { describe, expect, it } from 'vitest';

import { ACTIONS, countRequests, judge, play, withWorld } from './play.ts';

const requests = await countRequests();
const named = (...names: readonly string[]) => ACTIONS.filter(({ name }) => names.includes(name));

describe('a store whose service fails', () => {
  it.each(named('503', 'a lost answer', 'a lost request', '403', 'a page'))(
    'keeps its promises: $name, from a request on',
    { timeout: 120_000 },
    async ({ action }) => {
      for (const after of requests.filter((number) => number % 4 === 0))
        await withWorld(async (trace) => {
          await trace.place.faults({ provider: 's3', after, action });
          await play(trace);
          await judge(trace);
          expect(trace.kept).toContain('z');
        });
    },
  );

  it.each(named('a lost answer', 'a request that lands late', '409', '412'))(
    'keeps its promises: $name, for several writes',
    { timeout: 120_000 },
    async ({ action }) => {
      for (const after of requests.filter((number) => number % 5 === 0))
        await withWorld(async (trace) => {
          await trace.place.faults({ provider: 's3', method: 'PUT', after, times: 7, action });
          await play(trace);
          await judge(trace);
          expect(trace.kept).toContain('z');
        });
    },
  );
});
