import type { RateLimit, SharedBudget } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { EventClock, sender, type Arrive } from './simulate.ts';

const MINUTE = 60_000;
const host = 'api.example.com';
const WRITES = { POST: 5, PUT: 5, GET: 1 };

/** The same numbers in each run, between 0 and 1. */
function random(): () => number {
  let state = 7;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Refuses what is more than the limit in any window, wherever it begins. */
function strict(limit: RateLimit): Arrive {
  const arrivals: [at: number, points: number][] = [];
  return ({ method }, now) => {
    while (arrivals[0] !== undefined && arrivals[0][0] <= now - limit.windowMs) arrivals.shift();
    const cost = limit.costs?.[method] ?? 1;
    const spent = arrivals.reduce((sum, [, points]) => sum + points, 0);
    if (spent + cost > limit.points) return { status: 429, retryAfter: MINUTE };
    arrivals.push([now, cost]);
    return { status: 200 };
  };
}

/** Counts in windows that begin one after the other, and tells what is left. */
function telling(limit: number, windowMs: number, others = 0): Arrive {
  let resetAt = 0;
  let remaining = 0;
  return (_, now) => {
    if (now >= resetAt) [resetAt, remaining] = [now + windowMs, limit - others];
    if (remaining <= 0) return { status: 429, retryAfter: resetAt - now };
    remaining--;
    return { status: 200, budget: { limit, remaining, resetAt } };
  };
}

describe('a limit that is known before', () => {
  it.each<[string, RateLimit, string]>([
    ['of requests', { points: 600, windowMs: MINUTE }, 'GET'],
    ['of points', { points: 900, windowMs: MINUTE, costs: WRITES }, 'PUT'],
    ['of a few', { points: 20, windowMs: MINUTE }, 'POST'],
  ])('%s is never passed, and at least 90 % of it is used', async (_, limit, method) => {
    const any = random();
    const rates = { hosts: [host], limits: [limit] };
    const { clock, send, statuses } = sender(strict(limit), rates, () => 20 + any() * 300);
    const cost = limit.costs?.[method] ?? 1;
    const start = clock.now();
    const windows = 5;
    const many = Math.floor((windows * limit.points) / cost);
    const all = Promise.all(Array.from({ length: many }, () => send(method)));
    await clock.pass(start + windows * MINUTE);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((statuses.length * cost) / (windows * limit.points)).toBeGreaterThan(0.9);
    await clock.pass();
    await all;
  });

  it('makes nothing wait as long as it is not spent', async () => {
    const limit = { points: 600, windowMs: MINUTE };
    const rates = { hosts: [host], limits: [limit] };
    const { clock, send } = sender(strict(limit), rates, () => 10);
    const start = clock.now();
    const all = Promise.all(Array.from({ length: 600 }, () => send()));
    await clock.pass();
    await all;
    // As many at a time as a host is sent at all.
    expect(clock.now() - start).toBe(Math.ceil(600 / 96) * 20);
  });

  it('is spent evenly after a window in which it was all spent', async () => {
    const limit = { points: 600, windowMs: MINUTE };
    const arrivals: number[] = [];
    const serve = strict(limit);
    const { clock, send } = sender(
      (request, now) => {
        arrivals.push(now);
        return serve(request, now);
      },
      { hosts: [host], limits: [limit] },
      () => 10,
    );
    const start = clock.now();
    const all = Promise.all(Array.from({ length: 1800 }, () => send()));
    await clock.pass();
    await all;
    const later = arrivals.filter((at) => at > start + 70_000 && at <= start + 110_000);
    for (let second = 70; second < 110; second++) {
      const from = start + second * 1000;
      const count = later.filter((at) => at > from && at <= from + 1000).length;
      expect(count).toBeLessThanOrEqual(12);
      expect(count).toBeGreaterThanOrEqual(8);
    }
  });

  it('is of each credential, at the hosts that have it', async () => {
    const limit = { points: 10, windowMs: MINUTE };
    const rates = { hosts: [host], limits: [limit], credential: 'authorization' };
    const serve = new Map(['one', 'other'].map((name) => [name, strict(limit)]));
    const { clock, send, statuses } = sender(
      (request, now) => serve.get(request.credential)?.(request, now) ?? { status: 500 },
      rates,
      () => 10,
    );
    const start = clock.now();
    const all = [...serve.keys()].flatMap((name) =>
      Array.from({ length: 10 }, () => send('GET', name)),
    );
    await clock.pass();
    await Promise.all(all);
    expect(statuses).toEqual(Array(20).fill(200));
    expect(clock.now() - start).toBe(20);

    const elsewhere = sender(
      () => ({ status: 200 }),
      { ...rates, hosts: ['else.example.com'] },
      () => 10,
    );
    const others = Promise.all(Array.from({ length: 90 }, () => elsewhere.send()));
    await elsewhere.clock.pass();
    await others;
    expect(elsewhere.clock.now() - start).toBe(20);
  });
});

describe('a limit that programs share', () => {
  const limit = { points: 300, windowMs: MINUTE };
  const rates = { hosts: [host], limits: [limit] };

  /** Gives each point of a window once, by the window in which it is asked for. */
  function ledger(clock: { now(): number }): SharedBudget {
    let taken: [at: number, points: number][] = [];
    return {
      take: async ({ points, windowMs }, { needed, wanted }) => {
        const now = clock.now();
        const kept = windowMs + 2000;
        taken = taken.filter(([at]) => at + kept > now);
        const free = points - taken.reduce((sum, [, some]) => sum + some, 0);
        const given = free < needed ? 0 : Math.min(free, wanted);
        if (given > 0) taken.push([now, given]);
        return { points: given, validMs: 1000, waitMs: (taken[0]?.[0] ?? now) + kept - now };
      },
    };
  }

  it('is passed by none of them, and at least 90 % of it is used by all together', async () => {
    const any = random();
    const clock = new EventClock();
    const serve = strict(limit);
    const programs = [0, 1, 2].map(() => sender(serve, rates, () => 20 + any() * 300, { clock }));
    const budget = ledger(clock);
    for (const { lanes } of programs) lanes.share(budget);
    const start = clock.now();
    const windows = 5;
    const all = Promise.all(
      programs.flatMap(({ send }) => Array.from({ length: windows * 100 }, () => send())),
    );
    await clock.pass(start + windows * MINUTE);
    const statuses = programs.flatMap((one) => one.statuses);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length / (windows * limit.points)).toBeGreaterThan(0.9);
    await clock.pass();
    await all;
  });

  it('is that of this program alone while nobody can be asked', async () => {
    const { clock, lanes, send, statuses } = sender(strict(limit), rates, () => 50);
    lanes.share({ take: () => Promise.reject(new Error('the database is away')) });
    const all = Promise.all(Array.from({ length: 400 }, () => send()));
    await clock.pass();
    await all;
    expect(statuses).toEqual(Array(400).fill(200));
  });
});

describe('a limit that answers tell', () => {
  it.each([
    ['alone', 300, 0],
    ['beside others who use it', 300, 120],
  ])('is never passed, %s, and at least 90 % of it is used', async (_, limit, others) => {
    const any = random();
    const { clock, send, statuses } = sender(
      telling(limit, MINUTE, others),
      undefined,
      () => 20 + any() * 100,
    );
    const first = send();
    await clock.pass();
    await first;
    const start = clock.now();
    const windows = 10;
    const many = windows * (limit - others);
    const all = Promise.all(Array.from({ length: many }, () => send()));
    await clock.pass(start + windows * MINUTE);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length / many).toBeGreaterThan(0.9);
    await clock.pass();
    await all;
  });

  it('is spread over what is left of its window, towards its end', async () => {
    const arrivals: number[] = [];
    const serve = telling(1000, MINUTE);
    const { clock, send } = sender(
      (request, now) => {
        arrivals.push(now);
        return serve(request, now);
      },
      undefined,
      () => 5,
    );
    const start = clock.now();
    const all = Promise.all(Array.from({ length: 1000 }, () => send()));
    await clock.pass();
    await all;
    // Nine of ten at once, and the rest until the window is over.
    const quick = arrivals.filter((at) => at < start + 1000).length;
    expect(quick).toBeGreaterThan(850);
    expect(quick).toBeLessThan(920);
    expect(arrivals.at(-1)).toBeGreaterThan(start + 50_000);
  });
});

describe('a host that refuses', () => {
  it('is asked by one first after it said until when, then by more and more', async () => {
    let refusals = 1;
    const arrivals: number[] = [];
    const { clock, send, statuses } = sender(
      (_, now) => {
        arrivals.push(now);
        return arrivals.length > 40 && refusals-- > 0
          ? { status: 429, retryAfter: 30_000 }
          : { status: 200 };
      },
      undefined,
      () => 50,
    );
    const start = clock.now();
    const all = Promise.all(Array.from({ length: 200 }, () => send()));
    await clock.pass();
    await all;
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const after = arrivals.filter((at) => at >= start + 30_000);
    const rounds = [...new Set(after)].map((at) => after.filter((one) => one === at).length);
    expect(rounds.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
  });

  it('has no more than it takes at the same time, once that is found out', async () => {
    const takes = 20;
    let [there, most] = [0, 0];
    const { clock, send, statuses } = sender(
      () => ({ status: 200 }),
      undefined,
      () => 50,
    );
    const busy = sender(
      () => {
        if (there >= takes) return { status: 503 };
        there++;
        most = Math.max(most, there);
        void busy.clock.sleep(49).then(() => there--);
        return { status: 200 };
      },
      undefined,
      () => 50,
    );
    const all = Promise.all(Array.from({ length: 2000 }, () => busy.send()));
    await busy.clock.pass();
    await all;
    // One of them that takes everything is not held back.
    const free = Promise.all(Array.from({ length: 2000 }, () => send()));
    await clock.pass();
    await free;
    expect(statuses).toHaveLength(2000);
    expect(most).toBe(takes);
    const refused = busy.statuses.filter((status) => status === 503).length;
    expect(refused / busy.statuses.length).toBeLessThan(0.15);
  });
});

it('a request that is not wanted anymore lets the others pass', async () => {
  const { lanes, clock, send } = sender(
    () => ({ status: 200 }),
    undefined,
    () => 50,
  );
  const busy = Array.from({ length: 96 }, () => send());
  const stop = new AbortController();
  const entry = {
    url: new URL(`https://${host}/things/1`),
    method: 'GET',
    headers: {},
    rates: undefined,
    signal: stop.signal,
    patience: Infinity,
  };
  const waiting = lanes.enter(entry);
  const next = send();
  stop.abort();
  expect(await waiting).toEqual({ type: 'aborted' });
  expect(await lanes.enter(entry)).toEqual({ type: 'aborted' });
  await clock.pass();
  await Promise.all([...busy, next]);
});
