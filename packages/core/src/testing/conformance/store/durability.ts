import assert from 'node:assert/strict';

import { EMPTY } from '../../../ledger/index.ts';
import { calmly, endsWhenAborted, refusal, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { StoreFixture } from './fixture.ts';
import { acquired, append, appendResults, assertKept, opened, started } from './samples.ts';

/** When records are durable, and what becomes of calls without an answer. */
export const durability: readonly Check<StoreFixture>[] = [
  {
    id: 'waiting',
    title: 'results that wait are kept with the next append, in order',
    reason: 'a record that is left out breaks the chain of hashes',
    async run({ store, another }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'));
      const second = await appendResults(lock, first.revision, started('a'));
      const third = await appendResults(lock, second.revision, started('b'));
      const fourth = await append(lock, third.revision, started('c'));
      const all = [first, second, third, fourth].flatMap(({ records }) => records);
      await assertKept((await another?.()) ?? store, 'one', all);
      await lock.release();
    },
  },
  {
    id: 'waiting-conflict',
    title: 'an append that overlooks results that wait is refused',
    reason: 'two histories of one rotation revoke each other’s tokens',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'));
      const second = await appendResults(lock, first.revision, started('a'));
      const stale = () => append(lock, first.revision, started('b'));
      await refusal('append', stale, ['STATE_CONFLICT'], 'none');
      const third = await append(lock, second.revision, started('c'));
      const all = [first, second, third].flatMap(({ records }) => records);
      await assertKept(store, 'one', all);
      await lock.release();
    },
  },
  {
    id: 'flush',
    title: 'an append of nothing makes durable what waits',
    reason: 'a run may have to know that its results are kept',
    async run({ store, another, crash }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'));
      const second = await appendResults(lock, first.revision, started('a'));
      assert.equal(await lock.append([], second.revision), second.revision);
      const other = (await crash?.()) ?? (await another?.()) ?? store;
      await assertKept(other, 'one', [...first.records, ...second.records]);
      await lock.release();
    },
  },
  {
    id: 'release-keeps',
    title: 'the release of a lock makes durable what waits',
    reason: 'the results of a run are needed by the next one',
    async run({ store, another, crash }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'));
      const second = await appendResults(lock, first.revision, started('a'));
      await lock.release();
      const other = (await crash?.()) ?? (await another?.()) ?? store;
      await assertKept(other, 'one', [...first.records, ...second.records]);
    },
  },
  {
    id: 'release-fails',
    title: 'a release that cannot keep what waits rejects',
    reason: 'a run must not report results that the next run does not know',
    skip: ({ fail }) => (fail === undefined ? 'the fixture has no fail' : undefined),
    async run({ store, fail }) {
      const lock = await acquired(store, 'one', 'writer');
      const { revision } = await append(lock, EMPTY, opened('one'));
      await appendResults(lock, revision, started('a'));
      await fail?.();
      await refusal('release', () => lock.release(), ['STATE_FAILED']);
    },
  },
  {
    id: 'crash-waiting',
    title: 'a power cut loses at most what waits, from the end',
    reason: 'a ledger that is torn by a crash ends all later runs',
    skip: ({ crash }) => (crash === undefined ? 'the fixture has no crash' : undefined),
    async run({ store, crash }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'), started('a'));
      const second = await appendResults(lock, first.revision, started('b'), started('c'));
      const all = [...first.records, ...second.records];
      const { records } = (await (await crash?.())?.open('one')) ?? { records: all };
      assert.deepEqual(records, all.slice(0, records.length), 'something else is there');
      assert.ok(records.length >= first.records.length, 'an announcement was lost');
      await lock.release();
    },
  },
  {
    id: 'lost-answer',
    title: 'an append whose answer is lost is looked up, or its effect is unknown',
    reason: 'a record that is believed to be lost and is there makes two histories',
    skip: ({ loseAnswer }) =>
      loseAnswer === undefined ? 'the fixture has no loseAnswer' : undefined,
    async run({ store, loseAnswer }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'));
      await loseAnswer?.();
      const error = await rejection(() => append(lock, first.revision, started('a')));
      await lock.release().catch(() => {});
      const { records } = await store.open('one');
      assert.equal(records.length, 2, 'the fixture did not let the write take effect');
      assert.notEqual(error?.effect, 'none', 'it says that nothing was written');
    },
  },
  {
    id: 'interrupted',
    title: 'calls that are not answered end when their signal is aborted',
    reason: 'an interrupt must not wait for a server that hangs',
    skip: ({ stall }) => (stall === undefined ? 'the fixture has no stall' : undefined),
    async run({ store, stall }) {
      const lock = await acquired(store, 'one', 'writer');
      const { revision } = await append(lock, EMPTY, opened('one'));
      await stall?.();
      await endsWhenAborted('open', (o) => store.open('one', o), true);
      await endsWhenAborted('rotations', (o) => store.rotations(o), true);
      await endsWhenAborted('holders', (o) => store.holders('a', o), true);
      await endsWhenAborted('lock', (o) => store.lock('two', 'other', o), false);
      await endsWhenAborted('claim', (o) => store.claim('one', 'key', o), true);
      await endsWhenAborted('append', (o) => lock.append([], revision, o), false);
    },
  },
  {
    id: 'aborted',
    title: 'calls whose signal is aborted before do nothing',
    reason: 'nothing new is begun after an interrupt',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      const { records, revision } = await append(lock, EMPTY, opened('one'));
      const signal = AbortSignal.abort();
      const calls = {
        open: () => store.open('one', { signal }),
        lock: () => store.lock('two', 'other', { signal }),
        claim: () => store.claim('one', 'key', { signal }),
        append: () => lock.append([], revision, { signal }),
      };
      for (const [name, call] of Object.entries(calls))
        await refusal(name, call, ['INTERRUPTED'], 'none');
      await assertKept(store, 'one', records);
      assert.equal(await store.claim('one', 'key', calmly()), true, 'the key was claimed');
      await lock.release();
    },
  },
  {
    id: 'local-confirm',
    title: 'confirming a lock again and again makes no request each time',
    reason: 'it is asked before every request to a sink',
    skip: ({ requests }) => (requests === undefined ? 'the fixture has no requests' : undefined),
    async run({ store, requests }) {
      const lock = await acquired(store, 'one', 'writer');
      const before = requests?.() ?? 0;
      for (let times = 0; times < 20; times++) await lock.confirm();
      const made = (requests?.() ?? 0) - before;
      assert.ok(made <= 1, `${made} requests for 20 looks`);
      await lock.release();
    },
  },
];
