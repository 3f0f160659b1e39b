import assert from 'node:assert/strict';

import { formatTarget, parseTarget, reveal } from '../../../index.ts';
import { calmly, snapshot } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { SinkFixture } from './fixture.ts';
import { assertStored, assertUnwritten, both, one } from './samples.ts';

/** What the sink is, and what every delivery does. */
export const basics: readonly Check<SinkFixture>[] = [
  {
    id: 'identity',
    title: 'says what it is, without its credential',
    reason: 'the id stands in ledgers and reports, and a second spelling would be a second sink',
    async run({ sink, credential }) {
      assert.equal(sink.specVersion, 1);
      assert.match(sink.kind, /^[a-z][a-z0-9-]*$/);
      const { kind, path, query } = parseTarget(sink.id);
      assert.equal(kind, sink.kind, 'the id begins with another kind');
      assert.equal(formatTarget(kind, path, query), sink.id, 'the id is not canonical');
      assertHidden('the id', sink.id, [credential]);
      assert.ok(['value', 'tail', 'stamp', 'none'].includes(sink.supports.readBack));
      assert.equal(typeof sink.supports.atomic, 'boolean');
      assert.equal(sink.remove !== undefined, sink.supports.remove, 'remove and supports.remove');
      for (const pattern of [sink.limits.name, sink.limits.value])
        assert.ok(!pattern?.global && !pattern?.sticky, 'a pattern in limits keeps a position');
    },
  },
  {
    id: 'check-reads-only',
    title: 'check writes nothing',
    reason: 'plan and dry runs check sinks, and nobody expects those to change anything',
    async run(fixture) {
      await assertUnwritten(fixture, () => fixture.sink.check(fixture.names, calmly()));
    },
  },
  {
    id: 'credentials',
    title: 'credentials tells what the sink acts with, and never the secret',
    reason: 'doctor prints the report, and people paste what it prints',
    skip: ({ sink }) =>
      sink.credentials === undefined ? 'the sink has no credentials' : undefined,
    async run(fixture) {
      await assertUnwritten(fixture, async () => {
        const report = await fixture.sink.credentials?.(calmly());
        assert.ok((report?.source ?? '') !== '', 'it does not say where they come from');
        assertHidden('the report', report, [fixture.credential]);
      });
    },
  },
  {
    id: 'several',
    title: 'one delivery stores several entries, secret or not',
    reason: 'a pair of which one half arrives is a job that fails',
    async run(fixture) {
      const entries = both(fixture);
      await fixture.sink.deliver(entries, calmly());
      await assertStored(fixture, entries, 'one of two values');
    },
  },
  {
    id: 'replace',
    title: 'a delivery replaces what was there',
    reason: 'the second rotation has to work like the first',
    async run(fixture) {
      await fixture.sink.deliver(one(fixture, 0), calmly());
      await fixture.sink.deliver(one(fixture, 1), calmly());
      await assertStored(fixture, one(fixture, 1), 'the second value');
    },
  },
  {
    id: 'idempotent',
    title: 'the same delivery may come twice',
    reason: 'a delivery whose answer was lost is sent again',
    async run(fixture) {
      const entries = one(fixture);
      await fixture.sink.deliver(entries, calmly());
      await fixture.sink.deliver(entries, calmly());
      await assertStored(fixture, entries);
    },
  },
  {
    id: 'receipt',
    title: 'the receipt says when, and nothing secret',
    reason: 'receipts are kept in the ledger, and later writes are told by them',
    async run(fixture) {
      const entries = both(fixture);
      const receipt = await fixture.sink.deliver(entries, calmly());
      assertMoment('at', receipt.at);
      if (receipt.clock !== undefined) assertMoment('clock', receipt.clock);
      assertHidden(
        'the receipt',
        receipt,
        entries.map(({ value }) => reveal(value)),
      );
      for (const [name, stamp] of Object.entries(receipt.stamps ?? {}))
        assert.ok(typeof stamp === 'string' && stamp !== '', `the stamp of ${name} is empty`);
    },
  },
  {
    id: 'neighbours',
    title: 'what is not ours stays as it was',
    reason: 'an outage of somebody else is worse than a token that is too old',
    async run(fixture) {
      const { sink, names, neighbours } = fixture;
      const before = snapshot(await neighbours());
      const size = JSON.stringify(before ?? null).length;
      assert.ok(size > 4, 'the fixture has no neighbours: this check could not fail');
      await sink.deliver(both(fixture), calmly());
      await sink.deliver(both(fixture, 1), calmly());
      await sink.remove?.(names, calmly());
      assert.deepEqual(await neighbours(), before);
    },
  },
  {
    id: 'metadata',
    title: 'an update leaves what is kept beside the value',
    reason: 'a secret that a rotation made visible to every repository is a leak',
    skip: ({ metadata }) =>
      metadata === undefined
        ? 'the fixture has no metadata: nothing is kept beside a value'
        : undefined,
    async run(fixture) {
      const { sink, metadata, decorate } = fixture;
      await sink.deliver(both(fixture), calmly());
      await decorate?.();
      const before = snapshot(await metadata?.());
      await sink.deliver(both(fixture, 1), calmly());
      assert.deepEqual(await metadata?.(), before);
    },
  },
  {
    id: 'remove',
    title: 'remove removes what is named, and may come twice',
    reason: 'a removal whose answer was lost is sent again',
    skip: ({ sink }) => (sink.supports.remove ? undefined : 'supports.remove is false'),
    async run(fixture) {
      const { sink, names, stored } = fixture;
      await sink.deliver(both(fixture), calmly());
      const kept = await stored(names[0]);
      await sink.remove?.([names[1]], calmly());
      assert.ok((await stored(names[1])) === undefined, 'the value is still there');
      await sink.remove?.([names[1]], calmly());
      assert.ok((await stored(names[0])) === kept, 'what was not named has changed');
    },
  },
];

function assertMoment(what: string, text: string): void {
  assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, what);
  assert.ok(!Number.isNaN(Date.parse(text)), `${what} is ${text}, which is no date`);
}
