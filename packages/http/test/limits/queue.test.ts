import { getEventListeners } from 'node:events';

import type { Clock, RateLimits, SharedBudget } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { Lanes } from '../../src/index.ts';
import type { Entry, Pass } from '../../src/limits/lanes.ts';
import { EventClock, sender } from './simulate.ts';

const MINUTE = 60_000;
const host = 'api.example.com';
const WHOLE = 61_000;
/** One write in a minute; reads are free. */
const oneWrite: RateLimits = {
  hosts: [host],
  limits: [{ points: 1, windowMs: MINUTE, costs: { POST: 1 } }],
};
const all = { wasSent: true, status: 200 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function entry(some: Partial<Entry> = {}): Entry {
  return {
    url: new URL(`https://${host}/things/1`),
    method: 'POST',
    headers: {},
    rates: oneWrite,
    signal: undefined,
    patience: Infinity,
    ...some,
  };
}

/** Lanes whose only write of a minute has just been answered. */
async function spent(clock: Clock = new EventClock()): Promise<Lanes> {
  const lanes = new Lanes({ clock });
  end(await lanes.enter(entry()));
  return lanes;
}

function end(pass: Pass): void {
  if (pass.type !== 'pass') throw new Error(pass.type);
  pass.end(all);
}

describe('a request in the queue', () => {
  it('waits as long as it has patience, and no longer', async () => {
    const clock = new EventClock();
    const lanes = await spent(clock);
    const until = clock.now() + WHOLE;
    expect(await lanes.enter(entry({ patience: WHOLE - 1 }))).toEqual({ type: 'limited', until });
    const patient = lanes.enter(entry({ patience: WHOLE }));
    await clock.pass();
    expect((await patient).type).toBe('pass');
    expect(clock.now()).toBe(until);
  });

  it('lets those behind it go at once when it is not wanted anymore, and sleeps no more', async () => {
    const clock = new EventClock();
    const lanes = await spent(clock);
    const stop = new AbortController();
    const write = lanes.enter(entry({ signal: stop.signal }));
    let passed = '';
    const read = lanes.enter(entry({ method: 'GET' })).then(({ type }) => (passed = type));
    await settled();
    expect(passed).toBe('');
    stop.abort();
    await settled();
    expect(passed).toBe('pass');
    expect((await write).type).toBe('aborted');
    await read;
    expect(clock.sleeping).toBe(0);
  });

  it('is woken though another was to be woken at the same time, and is not wanted anymore', async () => {
    const clock = new EventClock();
    const lanes = await spent(clock);
    const stop = new AbortController();
    const first = lanes.enter(entry({ signal: stop.signal }));
    stop.abort();
    expect((await first).type).toBe('aborted');
    const second = lanes.enter(entry());
    await clock.pass();
    expect((await second).type).toBe('pass');
  });

  it('goes even if the clock wakes it a moment too early', async () => {
    const clock = new EventClock();
    let early = 1;
    const lanes = await spent({
      now: () => clock.now(),
      sleep: (milliseconds, signal) => clock.sleep(milliseconds - early--, signal),
    });
    const write = lanes.enter(entry());
    await clock.pass();
    expect((await write).type).toBe('pass');
  });

  it('leaves nothing at its signal, and takes no place in the host', async () => {
    const { lanes, clock, send } = sender(
      () => ({ status: 200 }),
      undefined,
      () => 50,
    );
    const start = clock.now();
    const busy = Array.from({ length: 96 }, () => send());
    const [stop, keep] = [new AbortController(), new AbortController()];
    const unwanted = lanes.enter(entry({ rates: undefined, signal: stop.signal }));
    const wanted = lanes.enter(entry({ rates: undefined, signal: keep.signal }));
    const next = Array.from({ length: 95 }, () => send());
    stop.abort();
    expect((await unwanted).type).toBe('aborted');
    const passed = wanted.then((pass) => {
      expect(getEventListeners(keep.signal, 'abort')).toEqual([]);
      end(pass);
    });
    await clock.pass();
    await Promise.all([...busy, ...next, passed]);
    expect(clock.now() - start).toBe(200);
  });
});

describe('a host', () => {
  it('may have the limits of a platform by another name', async () => {
    const url = new URL('https://github.example.com/things/1');
    const clock = new EventClock();
    const lanes = new Lanes({ clock, limitedHosts: [url.host] });
    end(await lanes.enter(entry({ url })));
    expect((await lanes.enter(entry({ url, patience: 0 }))).type).toBe('limited');
  });

  it('may have that name where no limits are known', async () => {
    const lanes = new Lanes({ clock: new EventClock(), limitedHosts: [host] });
    expect((await lanes.enter(entry({ rates: undefined }))).type).toBe('pass');
  });

  it('that is asked by one first is not asked by more as long as it fails', async () => {
    const arrivals: number[] = [];
    const { clock, send } = sender(
      (_, now) => {
        arrivals.push(now);
        if (arrivals.length === 1) return { status: 403, retryAfter: 30_000 };
        return { status: arrivals.length === 97 ? 500 : 200 };
      },
      undefined,
      () => 50,
    );
    const many = Promise.all(Array.from({ length: 120 }, () => send()));
    await clock.pass();
    await many;
    const after = arrivals.slice(96);
    const rounds = [...new Set(after)].map((at) => after.filter((one) => one === at).length);
    expect(rounds.slice(0, 4)).toEqual([1, 1, 2, 4]);
  });
});

describe('a budget that programs share', () => {
  const limit = { points: 10_000, windowMs: MINUTE, costs: { POST: 2 } };
  const rates = { hosts: [host], limits: [limit] };

  it('is asked for all that can go now, even of hosts that are known already', async () => {
    const lanes = new Lanes({ clock: new EventClock() });
    end(await lanes.enter(entry({ rates })));
    const asked: unknown[] = [];
    const budget: SharedBudget = {
      take: (_, wish) => {
        asked.push(wish);
        const points = asked.length === 1 ? 100 : 0;
        return Promise.resolve({ points, validMs: MINUTE, waitMs: MINUTE });
      },
    };
    lanes.share(budget);
    const passes = Array.from({ length: 200 }, () => lanes.enter(entry({ rates })));
    await Promise.all(passes.slice(0, 50));
    await settled();
    // One comes first, and then as many as a host may have at a time: 96.
    expect(asked).toEqual([
      { needed: 2, wanted: 2 },
      { needed: 2, wanted: 92 },
    ]);
  });

  it('is asked for as many as wait', async () => {
    const lanes = new Lanes({ clock: new EventClock() });
    const asked: { readonly wanted: number }[] = [];
    let give = (): void => {};
    const given = new Promise<void>((resolve) => (give = resolve));
    lanes.share({
      take: async (_, wish) => {
        asked.push(wish);
        await given;
        return { points: 2, validMs: MINUTE, waitMs: MINUTE };
      },
    });
    const first = lanes.enter(entry({ rates }));
    for (let i = 0; i < 4; i++) void lanes.enter(entry({ rates }));
    give();
    await first;
    await settled();
    expect(asked.map(({ wanted }) => wanted)).toEqual([2, 8, 6, 4, 2]);
  });

  it('is not told the credential', async () => {
    const keys: string[] = [];
    const lanes = new Lanes({ clock: new EventClock() });
    lanes.share({
      take: async ({ key }) => {
        keys.push(key);
        return { points: 10, validMs: MINUTE, waitMs: 0 };
      },
    });
    const headers = { authorization: 'CANARY' };
    end(await lanes.enter(entry({ headers, rates: { ...rates, credential: 'authorization' } })));
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toContain('CANARY');
  });
});
