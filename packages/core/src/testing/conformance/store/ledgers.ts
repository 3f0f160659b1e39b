import assert from 'node:assert/strict';

import { EMPTY } from '../../../ledger/index.ts';
import { collect, refusal, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { StoreFixture } from './fixture.ts';
import { append, assertHistory, assertKept, opened, started, write } from './samples.ts';

/** Names that a file system, a URL or a table may trip over. */
const ODD_NAMES = [
  'ci/github',
  '../outside',
  '.',
  '..',
  '.hidden',
  'with space',
  'per%2Fcent',
  'per/cent',
  'colon:star*?"<>|',
  'back\\slash',
  'Case',
  'case',
  'naïve 密码 🔑',
  'CON',
  `long-${'x'.repeat(195)}`,
  `long-${'é'.repeat(195)}`,
];

/** What is kept, and what is given back. */
export const ledgers: readonly Check<StoreFixture>[] = [
  {
    id: 'identity',
    title: 'says what it is',
    reason: 'an adapter of another contract has to be told apart',
    async run({ store }) {
      assert.equal(store.specVersion, 1);
      assert.match(store.kind, /^[a-z][a-z0-9-]*$/);
    },
  },
  {
    id: 'empty',
    title: 'an unknown rotation is empty, and looking at it makes nothing',
    reason: 'status and dry runs look at ledgers that are not there yet',
    async run({ store }) {
      await assertKept(store, 'unknown', []);
      await assertHistory(store, 'unknown', []);
      assert.deepEqual(await store.rotations(), []);
    },
  },
  {
    id: 'round-trip',
    title: 'open gives back what was appended',
    reason: 'a token whose record is lost or altered is never revoked',
    async run({ store }) {
      const lock = await store.lock('one', 'writer');
      const first = await append(lock, EMPTY, opened('one'), started('a'));
      await assertKept(store, 'one', first.records);
      const second = await append(lock, first.revision, started('"é🔑\u2028\\\n'));
      await assertKept(store, 'one', [...first.records, ...second.records]);
      await lock.release();
    },
  },
  {
    id: 'durable',
    title: 'what was appended is there for another process at once',
    reason: 'the run may be killed right after, and another one has to know',
    skip: ({ another }) => (another === undefined ? 'the fixture has no second store' : undefined),
    async run({ store, another }) {
      const lock = await store.lock('one', 'writer');
      const { records } = await append(lock, EMPTY, opened('one'), started('a'));
      await assertKept((await another?.()) ?? store, 'one', records);
      await lock.release();
    },
  },
  {
    id: 'crash',
    title: 'what was appended or claimed outlives a power cut right after the answer',
    reason: 'the request that a record announces is sent at once: a lost record is a lost token',
    skip: ({ crash }) => (crash === undefined ? 'the fixture has no crash' : undefined),
    async run({ store, crash }) {
      const lock = await store.lock('one', 'writer');
      const { records } = await append(lock, EMPTY, opened('one'), started('a'));
      await assertKept((await crash?.()) ?? store, 'one', records);
      assert.equal(await store.claim('one', 'key'), true);
      assert.equal(await (await crash?.())?.claim('one', 'key'), false, 'a claim was lost');
    },
  },
  {
    id: 'fails',
    title: 'an append that cannot be kept rejects',
    reason: 'a token is created only after the record that names it is kept',
    skip: ({ fail }) => (fail === undefined ? 'the fixture has no fail' : undefined),
    async run({ store, fail }) {
      const lock = await store.lock('one', 'writer');
      const { revision } = await append(lock, EMPTY, opened('one'));
      await fail?.();
      await refusal('append', () => append(lock, revision, started('a')), ['STATE_FAILED']);
    },
  },
  {
    id: 'chapters',
    title: 'open starts at the last `opened` record, and appending goes on from there',
    reason: 'what a run reads must not grow with years of history',
    async run({ store }) {
      const { revision } = await write(store, 'one', 'a', 'b');
      const lock = await store.lock('one', 'writer');
      const second = await append(lock, revision, opened('one'), started('c'));
      await assertKept(store, 'one', second.records);
      const third = await append(lock, second.revision, started('d'));
      await assertKept(store, 'one', [...second.records, ...third.records]);
      await lock.release();
    },
  },
  {
    id: 'history',
    title: 'history gives every record of every chapter, in order',
    reason: 'an audit asks for years',
    async run({ store }) {
      const first = await write(store, 'one', 'a', 'b');
      const lock = await store.lock('one', 'writer');
      const second = await append(lock, first.revision, opened('one'), started('c'));
      await lock.release();
      await assertHistory(store, 'one', [...first.records, ...second.records]);
    },
  },
  {
    id: 'many',
    title: 'a thousand records are appended at once',
    reason: 'a fan-out of a thousand sinks is recorded together',
    async run({ store }) {
      const labels = Array.from({ length: 1000 }, (_, index) => `label-${index}`);
      const { records } = await write(store, 'one', ...labels);
      await assertKept(store, 'one', records);
    },
  },
  {
    id: 'rotations',
    title: 'rotations gives the names, sorted',
    reason: 'audit looks for tokens of rotations that left the configuration',
    async run({ store }) {
      for (const rotation of ['beta', 'alpha', 'gamma']) await write(store, rotation, 'a');
      assert.deepEqual(await store.rotations(), ['alpha', 'beta', 'gamma']);
    },
  },
  {
    id: 'odd-names',
    title: 'rotations of any name are kept apart',
    reason: 'a rotation without configuration is named after its sinks, slashes and all',
    async run({ store }) {
      const kept = new Map<string, Awaited<ReturnType<typeof write>>>();
      for (const name of ODD_NAMES) kept.set(name, await write(store, name, `label-${kept.size}`));
      for (const [name, { records }] of kept) {
        await assertKept(store, name, records);
        await assertHistory(store, name, records);
      }
      assert.deepEqual((await store.rotations()).toSorted(), ODD_NAMES.toSorted());
    },
  },
  {
    id: 'tampered',
    title: 'a ledger that was altered is refused',
    reason: 'a history that can be altered unseen proves nothing',
    skip: ({ tamper }) => (tamper === undefined ? 'the fixture has no tamper' : undefined),
    async run({ store, tamper }) {
      await write(store, 'one', 'a', 'b');
      await write(store, 'two', 'a', 'b');
      await tamper?.('one');
      await refusal('open', () => store.open('one'), ['STATE_CORRUPT'], 'none');
      await refusal('history', () => collect(store.history('one')), ['STATE_CORRUPT'], 'none');
      const error = await rejection(() => store.open('two'));
      assert.equal(error, undefined, 'a ledger that was not altered is refused too');
    },
  },
];
