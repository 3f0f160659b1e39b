import { Secret } from '../../../index.ts';
import { isRefused } from '../../memory/limits.ts';
import { calmly, refusal } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { SinkFixture } from './fixture.ts';
import {
  assertStored,
  assertUnwritten,
  awkwardValues,
  one,
  refusedValue,
  sample,
} from './samples.ts';

/** Refused by every platform that reads names as text. */
const HOSTILE_NAMES = ['', 'TWO\nLINES', 'NUL\0'];
const DOUBTFUL_NAMES = [' ', 'A B', 'A=B', '../UP', 'A/B', 'ÄÖ', '1ST', 'A-B', 'A'.repeat(300)];

/** What may be stored, and under which names. */
export const values: readonly Check<SinkFixture>[] = [
  {
    id: 'values',
    title: 'awkward values are stored byte for byte, or refused unwritten as the limits say',
    reason: 'a value that was trimmed or expanded is a token that does not work',
    async run(fixture) {
      const { sink, names } = fixture;
      for (const [what, text] of Object.entries(awkwardValues)) {
        const entries = [{ name: names[0], value: new Secret(text) }];
        const deliver = () => sink.deliver(entries, calmly());
        if (isRefused(sink.limits, text))
          await assertUnwritten(fixture, () => refusal(what, deliver, ['VALUE_INVALID'], 'none'));
        else {
          await deliver();
          await assertStored(fixture, entries, what);
        }
      }
    },
  },
  {
    id: 'all-or-none',
    title: 'one value that is refused leaves the others unwritten',
    reason: 'a half-written pair is torn until somebody looks',
    skip: ({ sink }) =>
      refusedValue(sink.limits) === undefined ? 'the limits refuse no value' : undefined,
    async run(fixture) {
      const { sink, names } = fixture;
      const value = new Secret(refusedValue(sink.limits) ?? '');
      const entries = [...one(fixture), { name: names[1], value }];
      await assertUnwritten(fixture, () =>
        refusal('a value', () => sink.deliver(entries, calmly()), ['VALUE_INVALID'], 'none'),
      );
    },
  },
  {
    id: 'names',
    title: 'names that the platform would refuse are refused unwritten',
    reason: 'a name can hold a path, a second assignment or a second line',
    async run(fixture) {
      const { sink } = fixture;
      const refused = DOUBTFUL_NAMES.filter((name) => sink.limits.name?.test(name) === false);
      for (const name of [...HOSTILE_NAMES, ...refused]) {
        const entries = [...one(fixture), { name, value: sample(fixture) }];
        const what = `the name ${JSON.stringify(name.slice(0, 20))}`;
        await assertUnwritten(fixture, async () => {
          await refusal(
            `${what}, checked,`,
            () => sink.check([name], calmly()),
            ['NAME_INVALID'],
            'none',
          );
          await refusal(what, () => sink.deliver(entries, calmly()), ['NAME_INVALID'], 'none');
        });
      }
    },
  },
];
