import assert from 'node:assert/strict';

import { KeyturnError } from '../../../index.ts';
import { EMPTY } from '../../../ledger/index.ts';
import { refusal } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { StoreFixture } from './fixture.ts';
import { acquired, append, assertKept, opened, started } from './samples.ts';

/** One writer. */
export const locks: readonly Check<StoreFixture>[] = [
  {
    id: 'stale-revision',
    title: 'records that build on something else than the last one are refused',
    reason: 'two histories of one rotation revoke each other’s tokens',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      const { records, revision } = await append(lock, EMPTY, opened('one'), started('a'));
      const stale = () => append(lock, EMPTY, opened('one'), started('b'));
      await refusal('append', stale, ['STATE_CONFLICT'], 'none');
      await assertKept(store, 'one', records);
      const next = await append(lock, revision, started('c'));
      await assertKept(store, 'one', [...records, ...next.records]);
      await lock.release();
    },
  },
  {
    id: 'one-append-wins',
    title: 'of two appends at once onto one revision, one is refused',
    reason: 'the revision is checked and moved in one step, or it does not protect',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      const results = await Promise.allSettled([
        append(lock, EMPTY, opened('one'), started('a')),
        append(lock, EMPTY, opened('one'), started('b')),
      ]);
      const won = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value.records] : [],
      );
      assert.equal(won.length, 1, `${won.length} appends of two succeeded`);
      assertRefusedWith('STATE_CONFLICT', results);
      await assertKept(store, 'one', won[0] ?? []);
      await lock.release();
    },
  },
  {
    id: 'busy',
    title: 'a lock that is held is refused, and its holder named',
    reason: 'the user has to know whom to wait for',
    async run({ store, another }) {
      const lock = await acquired(store, 'one', 'run 4711 on alpha');
      const other = (await another?.()) ?? store;
      const error = await refusal('lock', () => acquired(other, 'one', 'late'), ['STATE_BUSY']);
      assert.match(error.message, /run 4711 on alpha/, 'the holder is not named');
      await lock.release();
    },
  },
  {
    id: 'holder',
    title: 'the holder of a lock is named, and keeps it',
    reason: 'doctor tells whom to wait for, and nobody expects it to take anything over',
    skip: ({ store }) => (store.holder === undefined ? 'the store has no holder' : undefined),
    async run({ store, another }) {
      const other = (await another?.()) ?? store;
      assert.equal(await other.holder?.('one'), undefined, 'nobody has it');
      const lock = await acquired(store, 'one', 'run 4711 on alpha');
      assert.match((await other.holder?.('one')) ?? '', /run 4711 on alpha/);
      await append(lock, EMPTY, opened('one'));
      await lock.release();
      assert.equal(await other.holder?.('one'), undefined, 'it was released');
    },
  },
  {
    id: 'one-lock-wins',
    title: 'of two locks taken at once, one is refused',
    reason: 'two cron jobs start in the same second',
    async run({ store, another }) {
      const other = (await another?.()) ?? store;
      const results = await Promise.allSettled([
        acquired(store, 'one', 'a'),
        acquired(other, 'one', 'b'),
      ]);
      const won = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      );
      assert.equal(won.length, 1, `${won.length} locks of two were given`);
      assertRefusedWith('STATE_BUSY', results);
      await won[0]?.release();
    },
  },
  {
    id: 'own-locks',
    title: 'each rotation has a lock of its own',
    reason: 'one rotation that hangs must not stop the others',
    async run({ store }) {
      const one = await acquired(store, 'one', 'writer');
      const two = await acquired(store, 'two', 'writer');
      await append(one, EMPTY, opened('one'), started('a'));
      await append(two, EMPTY, opened('two'), started('a'));
      await one.release();
      await two.release();
    },
  },
  {
    id: 'release',
    title: 'a lock that was released can be taken again',
    reason: 'the next run has to start',
    async run({ store }) {
      const first = await acquired(store, 'one', 'first');
      await first.release();
      const second = await acquired(store, 'one', 'second');
      await append(second, EMPTY, opened('one'), started('a'));
      await second.release();
    },
  },
  {
    id: 'released-cannot-append',
    title: 'a lock that was released cannot append',
    reason: 'a write that comes after the end of its run finds another run at work',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      await lock.release();
      const late = () => append(lock, EMPTY, opened('one'), started('a'));
      await refusal('append', late, ['STATE_LOST'], 'none');
      await refusal('confirm', () => lock.confirm(), ['STATE_LOST'], 'none');
      await assertKept(store, 'one', []);
    },
  },
  {
    id: 'confirm',
    title: 'confirm tells a writer that lost its lock, before it has written anything',
    reason: 'a request that was announced must not be sent after another run took over',
    skip: ({ steal }) => (steal === undefined ? 'the fixture has no steal' : undefined),
    async run({ store, another, steal }) {
      const lost = await acquired(store, 'one', 'asleep');
      await lost.confirm();
      await steal?.('one');
      const lock = await acquired((await another?.()) ?? store, 'one', 'awake');
      await refusal('confirm', () => lost.confirm(), ['STATE_LOST'], 'none');
      assert.ok(lost.signal.aborted, 'its signal is not aborted');
      await lock.confirm();
      await lost.release();
      await lock.release();
    },
  },
  {
    id: 'lost-lock',
    title:
      'a writer that lost its lock cannot append, learns of it, and does not disturb the new one',
    reason: 'a machine that slept for an hour goes on where it stopped',
    skip: ({ steal }) => (steal === undefined ? 'the fixture has no steal' : undefined),
    async run({ store, another, steal }) {
      const lost = await acquired(store, 'one', 'asleep');
      const { records, revision } = await append(lost, EMPTY, opened('one'), started('a'));
      await steal?.('one');
      const other = (await another?.()) ?? store;
      const lock = await acquired(other, 'one', 'awake');
      const late = () => append(lost, revision, started('b'));
      await refusal('append', late, ['STATE_LOST'], 'none');
      assert.ok(lost.signal.aborted, 'its signal is not aborted');
      await lost.release();
      await refusal('lock', () => acquired(store, 'one', 'third'), ['STATE_BUSY']);
      const next = await append(lock, revision, started('c'));
      await assertKept(store, 'one', [...records, ...next.records]);
      await lock.release();
    },
  },
];

function assertRefusedWith(code: string, results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    assert.ok(KeyturnError.is(result.reason), 'the refusal is no KeyturnError');
    assert.equal(result.reason.code, code);
  }
}
