import assert from 'node:assert/strict';

import { reveal } from '../../../index.ts';
import { calmly, lockLost, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { SinkFixture } from './fixture.ts';
import { both, one } from './samples.ts';
import { type Sight, type Watched, watched } from './watch.ts';

/** What a delivery of several writes leaves behind, at each of its moments. */
export const whole: readonly Check<SinkFixture>[] = [
  {
    id: 'in-place',
    title: 'a value that is replaced is never gone in between',
    reason: 'a job that starts between a deletion and a creation finds nothing',
    async run(fixture) {
      for (const { values } of await replacing(fixture))
        assert.ok(!values.includes(undefined), 'a value was gone for a while');
    },
  },
  {
    id: 'atomic',
    title: 'what says that it is atomic is never seen torn',
    reason: 'users choose a pair of secrets where it cannot be torn, and jobs fail where it can',
    skip: ({ sink }) => (sink.supports.atomic ? undefined : 'supports.atomic is false'),
    async run(fixture) {
      const [old, fresh] = ([0, 1] as const).map((which) => textOf(fixture, which));
      for (const { values } of await replacing(fixture)) {
        const seen = JSON.stringify(values);
        assert.ok(seen === old || seen === fresh, 'a torn pair was seen');
      }
    },
  },
  {
    id: 'half-done',
    title: 'a delivery that fails after its first write is not called without effect',
    reason: 'a token that one of two secrets holds is not free to go',
    skip: ({ sink, deny }) => {
      if (sink.supports.atomic) return 'supports.atomic is true: there is no first of two writes';
      return deny === undefined ? 'the fixture has no deny' : undefined;
    },
    async run(fixture) {
      const { sink, deny } = fixture;
      await sink.deliver(both(fixture), calmly());
      const { sights, error } = await watched(
        fixture,
        (o) => sink.deliver(both(fixture, 1), o),
        (count) => (count > 1 ? deny?.() : undefined),
      );
      if (sights.length > 1 && error !== undefined)
        assert.equal(error.effect, 'unknown', 'one of two values has changed');
    },
  },
  {
    id: 'repeats-nothing',
    title: 'a write whose answer was lost is not sent again by the sink',
    reason: 'each try is announced before it is made: a late one must not land unannounced',
    skip: ({ loseAnswer }) =>
      loseAnswer === undefined ? 'the fixture has no loseAnswer' : undefined,
    async run(fixture) {
      const { sink, requests, loseAnswer } = fixture;
      const before = (await requests?.())?.length ?? 0;
      await loseAnswer?.();
      const error = await rejection(() => sink.deliver(one(fixture), calmly()));
      if (requests === undefined)
        assert.ok(error !== undefined, 'it was sent again, or the loss was not noticed');
      const sent = ((await requests?.()) ?? []).slice(before).filter(({ changes }) => changes);
      const routes = sent.map(({ route }) => route);
      assert.deepEqual(routes, [...new Set(routes)], 'it was sent again');
    },
  },
];

/** What is seen while both values are replaced: in one go, and stopped before each of the writes. */
async function replacing(fixture: SinkFixture): Promise<Sight[]> {
  const { sink } = fixture;
  const replace = async (refused: number): Promise<Watched> => {
    await sink.deliver(both(fixture), calmly());
    return watched(
      fixture,
      (o) => sink.deliver(both(fixture, 1), o),
      (count) => {
        if (count >= refused) throw lockLost();
      },
    );
  };
  const { asked, sights } = await replace(Infinity);
  const all = [...sights];
  for (let refused = 2; refused <= asked; refused++) all.push(...(await replace(refused)).sights);
  return all;
}

function textOf(fixture: SinkFixture, which: 0 | 1): string {
  return JSON.stringify(both(fixture, which).map(({ value }) => reveal(value)));
}
