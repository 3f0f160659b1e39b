import { describe, expect, it } from 'vitest';

import { ANY_TIME, KeyturnError, reveal } from '../../src/index.ts';
import { collect } from '../../src/testing/conformance/assertions.ts';
import {
  memoryIssuer,
  memorySink,
  type PlatformTimes,
  virtualClock,
} from '../../src/testing/index.ts';

const calm = { signal: new AbortController().signal };

describe('a memory sink’s platform', () => {
  const START = Date.UTC(2030, 0, 1);
  const sinkOf = (platform?: PlatformTimes) => {
    const clock = virtualClock(START);
    const sink = memorySink({
      clock,
      supports: { readBack: 'stamp' },
      ...(platform && { platform }),
    });
    const deliver = (value: string) => sink.deliver([{ name: 'A', value }], calm);
    return { clock, sink, deliver };
  };

  it('stamps two writes within a second alike, and the second receipt has no stamp', async () => {
    const { clock, sink, deliver } = sinkOf();
    const first = await deliver('first');
    const before = sink.entries.get('A')?.updatedAt;
    await clock.advance(600);
    const second = await deliver('second');
    expect(sink.entries.get('A')?.updatedAt).toBe(before);
    expect(first.stamps).toHaveProperty('A');
    expect(second.stamps).toEqual({});
    await clock.advance(1000);
    expect((await deliver('third')).stamps).toHaveProperty('A');
  });

  it('proves a write by its stamp only if no other may have landed within two seconds', async () => {
    const { sink, deliver } = sinkOf();
    const receipt = await deliver('first');
    const look = (since?: string) => sink.confirm([{ name: 'A' }], { receipt, since }, calm);
    const later = (milliseconds: number) =>
      new Date(Date.parse(receipt.clock ?? '') + milliseconds).toISOString();
    expect(await look()).toBe('same');
    expect(await look(ANY_TIME)).toBe('unreadable');
    expect(await look(later(2000))).toBe('unreadable');
    expect(await look(later(2001))).toBe('same');
  });

  it('has a clock that stamps and another that it shows, neither of them the machine’s', async () => {
    const { sink, deliver } = sinkOf();
    const { clock: shown, stamps, at } = await deliver('first');
    const moments = [Date.parse(shown ?? ''), Number(stamps?.['A']), Date.parse(at)];
    expect(moments).toEqual([START - 3000, START + 7000, START]);
    expect((await sink.check(['A'], calm)).clock).toBe(shown);
  });

  it('shows no clock if it has none, and then nothing is proved by a stamp', async () => {
    const { sink, deliver } = sinkOf({ shown: 'none' });
    const receipt = await deliver('first');
    expect(receipt).not.toHaveProperty('clock');
    expect(await sink.check(['A'], calm)).not.toHaveProperty('clock');
    const since = new Date(START + 86_400_000).toISOString();
    expect(await sink.confirm([{ name: 'A' }], { receipt, since }, calm)).toBe('unreadable');
  });

  it('shows what was there a while ago if it lags, and takes no old stamp for a new one', async () => {
    const { clock, sink, deliver } = sinkOf({ lag: 5000 });
    expect((await deliver('first')).stamps).toEqual({});
    expect(await sink.confirm([{ name: 'A' }], {}, calm)).toBe('absent');
    await clock.advance(5000);
    expect(await sink.confirm([{ name: 'A' }], {}, calm)).toBe('unreadable');
    await clock.advance(5000);
    // The stamp of the first write is still shown after the second.
    expect((await deliver('second')).stamps).toEqual({});
    expect(sink.values.get('A')).toBe('second');
  });

  it('asks for each write, in order, and tells what it does not know of a half', async () => {
    const { sink } = sinkOf();
    const asked: number[] = [];
    const beforeWrite = async () => {
      asked.push(sink.values.size);
      if (asked.length === 2) throw new KeyturnError('STATE_LOST', 'lost', { effect: 'none' });
    };
    const entries = ['A', 'B', 'C'].map((name) => ({ name, value: 'x' }));
    await expect(sink.deliver(entries, { ...calm, beforeWrite })).rejects.toMatchObject({
      code: 'STATE_LOST',
      effect: 'unknown',
    });
    expect(asked).toEqual([0, 1]);
    expect([...sink.values.keys()]).toEqual(['A']);
  });

  it('has a place that a test can replace, and tells what is there unless it is known', async () => {
    const { sink, deliver } = sinkOf();
    await deliver('first');
    const first = await sink.check(['A', 'B'], { ...calm, known: false });
    expect(first.present).toMatchObject([{ name: 'A' }]);
    sink.place = 'thing:2';
    const second = await sink.check(['A', 'B'], { ...calm, known: true });
    expect(second).not.toHaveProperty('present');
    expect([first.place, second.place]).toEqual(['thing:memory:one', 'thing:2']);
    sink.place = undefined;
    expect(await sink.check(['A'], calm)).not.toHaveProperty('place');
  });

  it.each([
    ['value', { WHOLE: 'yes', JOINED: 'yes', FILE: 'yes', OTHER: undefined }],
    ['tail', { WHOLE: 'maybe', JOINED: undefined, FILE: undefined, OTHER: undefined }],
    ['stamp', { WHOLE: undefined, JOINED: undefined, FILE: undefined, OTHER: undefined }],
  ] as const)(
    'with read back of %s shows the token among its neighbours: %j',
    async (readBack, shows) => {
      const sink = memorySink({ clock: virtualClock(), supports: { readBack } });
      sink.write('A', 'tkn1');
      sink.write('WHOLE', 'tkn1');
      sink.write('JOINED', 'tkn1:secret');
      sink.write('FILE', 'ID=tkn1\nTOKEN=secret\n');
      sink.write('OTHER', 'tkn12');
      const found = (await sink.neighbours?.({ names: ['A'], token: 'tkn1' }, calm)) ?? [];
      expect(Object.fromEntries(found.map((one) => [one.name, one.shows]))).toEqual(shows);
    },
  );
});

describe('a memory issuer’s clock', () => {
  it('shows whole seconds, and is not the machine’s', async () => {
    const issuer = memoryIssuer({ clock: virtualClock(100_900) });
    const { token } = await issuer.issue({ label: 'one', ttl: 60_000 }, calm);
    expect([token.issuedAt, token.expiresAt].map((moment) => Date.parse(moment ?? ''))).toEqual([
      96_000, 156_000,
    ]);
    await issuer.revoke(token.id, calm);
    expect(Date.parse(issuer.tokens[0]?.revokedAt ?? '')).toBe(96_000);
  });

  it('is what a token expires by', async () => {
    const clock = virtualClock(100_000);
    const issuer = memoryIssuer({ clock, times: { clock: -30_000 } });
    const { fields } = await issuer.issue({ label: 'one', ttl: 60_000 }, calm);
    const pair = reveal(fields['pair'] ?? '');
    await clock.advance(59_999);
    expect(issuer.use(pair)).toBeDefined();
    await clock.advance(1);
    expect(issuer.use(pair)).toBeUndefined();
  });

  it('may lag in list, find and get, while writes see what is', async () => {
    const clock = virtualClock();
    const issuer = memoryIssuer({ clock, times: { lag: 3000 } });
    const { token } = await issuer.issue({ label: 'one' }, calm);
    const seen = async (): Promise<unknown[]> => [
      (await collect(issuer.list(calm))).length,
      (await issuer.find('one', calm)).length,
      (await issuer.get(token.id, calm))?.permissions,
    ];
    expect(await seen()).toEqual([0, 0, undefined]);
    await clock.advance(3000);
    await issuer.grant(token.id, ['read'], calm);
    expect(await seen()).toEqual([1, 1, []]);
    await clock.advance(3000);
    expect(await seen()).toEqual([1, 1, ['read']]);
    expect(await issuer.revoke(token.id, calm)).toBe('revoked');
    expect(await issuer.revoke(token.id, calm)).toBe('gone');
    expect(await seen()).toEqual([1, 1, ['read']]);
  });

  it('lets nothing be changed that it was not granted', async () => {
    const issuer = memoryIssuer({ clock: virtualClock() });
    const { id } = issuer.seed({ permissions: ['read'] });
    const lost = new KeyturnError('STATE_LOST', 'lost', { effect: 'none' });
    const refused = { ...calm, beforeWrite: () => Promise.reject(lost) };
    await expect(issuer.issue({ label: 'one' }, refused)).rejects.toBe(lost);
    await expect(issuer.grant(id, ['write'], refused)).rejects.toBe(lost);
    await expect(issuer.ungrant(id, ['read'], refused)).rejects.toBe(lost);
    await expect(issuer.revoke(id, refused)).rejects.toBe(lost);
    expect(issuer.tokens).toMatchObject([{ id, permissions: ['read'] }]);
    expect(issuer.tokens[0]).not.toHaveProperty('revokedAt');
  });
});
