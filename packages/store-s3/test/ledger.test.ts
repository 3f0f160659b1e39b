import { chain, EMPTY } from '@keyturn/core/ledger';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { formatEntry } from '../src/entry.ts';
import {
  append,
  AT,
  collect,
  labelsOf,
  never,
  opened,
  outcome,
  started,
  world,
  type World,
  writeChapters,
} from './support.ts';

async function edit(place: World, number: number, change: (text: string) => string) {
  const call = place.objects.client.call(never);
  const key = place.keys.entry('one', number);
  const found = await place.objects.get(key, call);
  await place.objects.put(key, change(found?.text ?? ''), call);
}

describe('a ledger in a bucket', () => {
  it('is one object for each append', async () => {
    const place = await world();
    const store = await place.open();
    const lock = await store.lock('one', 'writer');
    await place.forgetRequests();
    const first = await append(lock, EMPTY, opened(), started('a'), started('b'));
    await append(lock, first, started('c'));
    expect(await place.routes()).toEqual([
      expect.stringMatching(/^GET \/acme-keyturn\/\?list-type=2&.* 200$/),
      'GET ledgers/one/9999999998 404',
      'PUT ledgers/one/9999999998 200',
      'PUT ledgers/one/9999999997 200',
    ]);
  });

  it('is read at the same cost after years', async () => {
    const place = await world();
    const store = await place.open();
    const costs: number[] = [];
    let chapters = 0;
    for (const more of [3, 40]) {
      const lock = await store.lock('one', 'writer');
      for (let i = 0; i < more; i++) {
        const { revision } = await store.open('one');
        await append(lock, await append(lock, revision, opened()), started(`l-${chapters++}`));
      }
      await lock.release();
      await place.forgetRequests();
      const other = await place.open('beta');
      const { records } = await other.open('one');
      expect(labelsOf(records)).toEqual([`l-${chapters - 1}`]);
      costs.push((await place.requests()).length);
    }
    expect(costs).toEqual([4, 4]);
    expect(await collect((await place.open()).history('one'))).toHaveLength(86);
  });

  it('keeps results in memory until the next announcement', async () => {
    const place = await world();
    const store = await place.open();
    const lock = await store.lock('one', 'writer');
    const first = await append(lock, EMPTY, opened());
    await place.forgetRequests();
    let revision = first;
    for (const label of ['a', 'b']) {
      const records = chain(revision, [started(label)], AT);
      revision = await lock.append(records, revision, { ...never, durable: 'with-the-next' });
    }
    expect(await place.requests()).toEqual([]);
    const stale = chain(first, [started('x')], AT);
    expect(await outcome(lock.append(stale, first))).toBe('STATE_CONFLICT none');
    await append(lock, revision, started('c'));
    expect(await place.requests()).toHaveLength(1);
    const { records } = await (await place.open('beta')).open('one');
    expect(labelsOf(records)).toEqual(['a', 'b', 'c']);
    await lock.release();
  });

  it('makes durable what waits: by an append of nothing, and by the release', async () => {
    const place = await world();
    const store = await place.open();
    const lock = await store.lock('one', 'writer');
    let revision = await append(lock, EMPTY, opened());
    const wait = async (label: string): Promise<void> => {
      const records = chain(revision, [started(label)], AT);
      revision = await lock.append(records, revision, { ...never, durable: 'with-the-next' });
    };
    const read = async () => labelsOf((await (await place.open('beta')).open('one')).records);
    await wait('a');
    expect(await read()).toEqual([]);
    expect(await lock.append([], revision)).toBe(revision);
    expect(await read()).toEqual(['a']);
    await wait('b');
    await lock.release();
    await lock.release();
    expect(await read()).toEqual(['a', 'b']);
  });

  it('ends its lock although what waits cannot be written', async () => {
    const place = await world();
    const lock = await (await place.open()).lock('one', 'writer');
    const first = await append(lock, EMPTY, opened());
    const records = chain(first, [started('a')], AT);
    await lock.append(records, first, { ...never, durable: 'with-the-next' });
    await place.faults({
      provider: 's3',
      method: 'PUT',
      path: 'ledgers/',
      action: { status: 503 },
    });
    expect(await outcome(lock.release())).toBe('STATE_FAILED unknown');
    await place.clearFaults();
    // What might land later is fenced off.
    const next = await (await place.open('beta')).lock('one', 'next');
    const routes = await place.routes();
    expect(routes).toContain('PUT ledgers/one/9999999997 200');
    await append(next, first, started('b'));
    await next.release();
  });

  it('refuses what no response could hold, and keeps the rest', async () => {
    const place = await world();
    const lock = await (await place.open()).lock('one', 'writer');
    const first = await append(lock, EMPTY, opened());
    const big = (label: string, size: number) => started(label.padEnd(size, '-'));
    expect(await outcome(append(lock, first, big('a', 5_000_000)))).toBe('STATE_FAILED none');
    // Several large ones do not wait until they are too large together.
    let revision = first;
    for (const label of ['b', 'c', 'd']) {
      const records = chain(revision, [big(label, 2_000_000)], AT);
      revision = await lock.append(records, revision, { ...never, durable: 'with-the-next' });
    }
    await lock.release();
    const { records } = await (await place.open('beta')).open('one');
    expect(labelsOf(records).map((label) => label[0])).toEqual(['b', 'c', 'd']);
  });

  it('is found by its tokens, and by its name however long that is', async () => {
    const place = await world();
    const store = await place.open();
    const long = 'é'.repeat(300);
    for (const name of ['one', 'Two/2', long]) {
      const lock = await store.lock(name, 'writer');
      await append(lock, EMPTY, opened(name), started(`label of ${name}`));
      await lock.release();
    }
    expect(await store.rotations()).toEqual(['Two/2', 'one', long]);
    expect(await store.holders('label of Two/2')).toEqual(['Two/2']);
    expect(await store.holders(`label of ${long}`)).toEqual([long]);
    expect(await store.holders('label of')).toEqual([]);
  });

  it('is not there if it was only locked and fenced', async () => {
    const place = await world();
    const store = await place.open();
    await store.lock('one', 'writer');
    expect(await (await place.open('beta')).unlock?.('one')).toContain('writer');
    expect(await store.rotations()).toEqual([]);
    expect(await store.open('one')).toEqual({ records: [], revision: EMPTY });
    expect(await collect(store.history('one'))).toEqual([]);
  });

  it('is read whole although a list lags behind, and files of others are between', async () => {
    const place = await world({ clocks: { s3: { readLagMs: 60_000 } } });
    const call = place.objects.client.call(never);
    for (const name of ['', '.keep', '000', 'zzz/x'])
      await place.objects.put(`state/ledgers/one/${name}`, 'x', call);
    await place.objects.put('state/ledgers/notes.txt', 'x', call);
    const store = await place.open();
    const revision = await writeChapters(store, 3);
    const other = await place.open('beta');
    expect((await other.open('one')).revision).toBe(revision);
    const lock = await other.lock('one', 'writer');
    await append(lock, revision, started('more'));
    await lock.release();
    expect(labelsOf(await collect(store.history('one')))).toEqual([
      'label-0',
      'label-1',
      'label-2',
      'more',
    ]);
    await place.clock.advance(60_000);
    expect(await store.rotations()).toEqual(['one']);
  });
});

describe('a ledger that is not as it was written', () => {
  it.each<[string, number, (text: string) => string]>([
    ['a record of its last object', 4, (text) => text.replace('label-1', 'label-9')],
    ['its last object, cut', 4, (text) => text.slice(0, -20)],
    ['its last object, without its last record', 4, (text) => `${text.split('\n')[0]}\n`],
    ['its first line', 4, (text) => text.replace('"term":1', '"term":-1')],
    ['its first line, which is not JSON', 4, (text) => text.replace('{', '')],
    ['its first line, which is another value', 4, () => 'null\n'],
    ['a number', 4, (text) => text.replace('"number":4', '"number":5')],
    ['a rotation', 4, (text) => text.replace('"rotation":"one"', '"rotation":"two"')],
    ['where it began', 4, (text) => text.replace(/"before":"[^"]+"/, '"before":"0:"')],
    ['where its chapter begins', 4, (text) => text.replace('"chapter":3', '"chapter":4')],
    ['the first object of its chapter', 3, (text) => text.replace('"opened"', '"outdated"')],
    ['a version', 4, (text) => text.replace('"keyturn":1', '"keyturn":2')],
  ])('is refused: %s', async (_, number, change) => {
    const place = await world();
    const store = await place.open();
    await writeChapters(store, 2);
    await edit(place, number, change);
    const other = await place.open('beta');
    const error = await errorOf(other.open('one'));
    expect([error.code, error.effect]).toEqual(['STATE_CORRUPT', 'none']);
    expect(error.message).toContain('s3://acme-keyturn/state');
    expect(await other.rotations()).toEqual(['one']);
    expect(await other.holders('anything')).toEqual(expect.any(Array));
  });

  it.each([
    [1, 'history'],
    [3, 'open'],
  ] as const)('is refused: object %s is missing (%s)', async (number, method) => {
    const place = await world();
    const store = await place.open();
    await writeChapters(store, 2);
    await place.objects.remove(place.keys.entry('one', number), place.objects.client.call(never));
    const other = await place.open('beta');
    const error = await errorOf(
      method === 'open' ? other.open('one') : collect(other.history('one')),
    );
    expect(error.code).toBe('STATE_CORRUPT');
    expect(error.message).toContain(place.keys.entry('one', number));
  });

  it('is refused by the next run: its end is missing', async () => {
    const place = await world();
    await writeChapters(await place.open(), 2);
    await place.objects.remove(place.keys.entry('one', 4), place.objects.client.call(never));
    const other = await place.open('beta');
    const lock = await other.lock('one', 'writer');
    const { revision } = await other.open('one');
    expect(await outcome(append(lock, revision, started('x')))).toBe('STATE_CORRUPT none');
    await lock.release();
  });

  it.each([1, 3])('is refused: a fence that claims another end, as object %s', async (number) => {
    const place = await world();
    const store = await place.open();
    if (number > 1) await writeChapters(store, 1);
    const other = `7:${'0'.repeat(64)}`;
    const names = { rotation: 'one', number, term: 9, writer: 'x', chapter: 1 };
    const text = formatEntry({ ...names, before: other, end: other }, []);
    await place.objects.put(
      place.keys.entry('one', number),
      text,
      place.objects.client.call(never),
    );
    expect((await errorOf(store.open('one'))).code).toBe('STATE_CORRUPT');
    expect((await errorOf(collect(store.history('one')))).code).toBe('STATE_CORRUPT');
  });

  it('is not written to: something of a former lock came in between', async () => {
    const place = await world();
    const store = await place.open();
    const revision = await writeChapters(store, 1);
    const lock = await store.lock('one', 'writer');
    const records = chain(revision, [started('late')], AT);
    const end = `${records[0]?.seq}:${'0'.repeat(64)}`;
    const names = { rotation: 'one', number: 3, term: 1, writer: 'former', chapter: 1 };
    const text = formatEntry({ ...names, before: revision, end }, records);
    await place.objects.put(place.keys.entry('one', 3), text, place.objects.client.call(never));
    expect(await outcome(append(lock, revision, started('x')))).toBe('STATE_CONFLICT none');
    expect(
      await place.objects.get(place.keys.entry('one', 4), place.objects.client.call(never)),
    ).toBeUndefined();
  });

  it('is refused: somebody else has written an object that builds on another end', async () => {
    const place = await world();
    const store = await place.open();
    const revision = await writeChapters(store, 1);
    const records = chain(EMPTY, [started('forged')], AT);
    const head = {
      rotation: 'one',
      number: 3,
      term: 1,
      writer: 'x',
      chapter: 1,
      before: EMPTY,
      end: revision,
    };
    const call = place.objects.client.call(never);
    await place.objects.put(place.keys.entry('one', 3), formatEntry(head, records), call);
    expect((await errorOf(store.open('one'))).code).toBe('STATE_CORRUPT');
  });
});
