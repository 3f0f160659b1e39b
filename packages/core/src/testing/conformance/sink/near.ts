import assert from 'node:assert/strict';

import { type Neighbour, reveal } from '../../../index.ts';
import { calmly } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { SinkFixture } from './fixture.ts';
import { assertUnwritten, both, one } from './samples.ts';

/** What is stored beside a rotation's names. */
export const near: readonly Check<SinkFixture>[] = [
  {
    id: 'near',
    title: 'neighbours lists other names and no value, and writes nothing',
    reason: 'what it lists is printed before a token is created',
    skip: needsNeighbours,
    async run(fixture) {
      const { sink, names } = fixture;
      const other = `${names[0]}_OTHER`;
      const entries = both(fixture);
      await sink.deliver([...entries, { name: other, value: one(fixture, 2)[0].value }], calmly());
      const secrets = [...entries.slice(1), ...one(fixture, 2)].map(({ value }) => reveal(value));
      await assertUnwritten(fixture, async () => {
        const found = await neighboursOf(fixture);
        assertHidden('the list of neighbours', found, secrets);
        assert.ok(
          found.some(
            (neighbour) => neighbour.name.startsWith(other) && neighbour.scope === undefined,
          ),
          'another name is not listed',
        );
        const own = found.filter(({ name, scope }) => scope === undefined && names.includes(name));
        assert.deepEqual(own, [], 'the rotation’s own names are no neighbours');
        for (const { shows } of found) assert.equal(shows, undefined, 'no token was asked about');
      });
    },
  },
  {
    id: 'near-shows',
    title: 'neighbours says which name shows the token, as far as the platform shows it',
    reason: 'a token in use under another name would be revoked under the feet of its job',
    skip: needsNeighbours,
    async run(fixture) {
      const { sink, names } = fixture;
      const { readBack } = sink.supports;
      const [alone, joined, stranger] = ['_ALONE', '_JOINED', '_STRANGER'].map(
        (end) => `${names[0]}${end}`,
      ) as [string, string, string];
      const secret = reveal(one(fixture)[0].value);
      const token = 'tokenInUse42';
      const entries = [
        { name: alone, value: token },
        { name: joined, value: `${token}:${secret}` },
        { name: stranger, value: 'tokenInUse43' },
      ];
      const fits = ({ value }: { value: string }): boolean =>
        (sink.limits.maxBytes ?? Infinity) >= value.length &&
        sink.limits.value?.test(value) !== false;
      await sink.deliver(entries.filter(fits), calmly());
      const found = await neighboursOf(fixture, token);
      const shows = (name: string) => found.find((one_) => one_.name === name)?.shows;
      assert.equal(shows(stranger), undefined, 'another token is taken for it');
      if (readBack === 'value')
        for (const entry of entries.slice(0, 2).filter(fits))
          assert.equal(shows(entry.name), 'yes', `${entry.name} shows it`);
      else if (readBack === 'tail') assert.equal(shows(alone), 'maybe', 'its end is shown');
      else assert.equal(shows(alone), undefined, 'its value is not shown');
    },
  },
];

function needsNeighbours({ sink }: SinkFixture): string | undefined {
  return sink.neighbours === undefined ? 'the sink has no neighbours' : undefined;
}

async function neighboursOf(
  { sink, names }: SinkFixture,
  token?: string,
): Promise<readonly Neighbour[]> {
  const query = { names, ...(token !== undefined && { token }) };
  return (await sink.neighbours?.(query, calmly())) ?? [];
}
