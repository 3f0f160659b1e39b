import assert from 'node:assert/strict';

import type { CallOptions } from '../../../index.ts';
import { lockLost } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { SinkFixture } from './fixture.ts';
import { both } from './samples.ts';
import { type Watched, watched } from './watch.ts';

type Call = (options: CallOptions) => Promise<unknown>;

/** More requests than this no delivery of two entries needs. */
const MOST = 12;

/** The right to write is asked for, each time. */
export const asking: readonly Check<SinkFixture>[] = [
  {
    id: 'asks-first',
    title: 'deliver and remove await beforeWrite before each change',
    reason: 'a process that was stopped between two writes goes on after another run took over',
    async run(fixture) {
      for (const [what, call] of writes(fixture)) {
        const { sights, asked } = await watched(fixture, call);
        assert.ok(asked > 0, `${what} does not ask`);
        assert.ok(
          sights.every(({ granted }, changes) => granted >= changes),
          `${what} changed something that it had not asked for`,
        );
      }
    },
  },
  {
    id: 'asks-each-request',
    title: 'beforeWrite is awaited for each request that changes something, tries included',
    reason: 'what a write prepares is not seen from outside, and must not come late either',
    skip: ({ requests }) =>
      requests === undefined
        ? 'the fixture has no requests: writes that change nothing visible are not counted'
        : undefined,
    async run(fixture) {
      const { requests } = fixture;
      const changing = async (): Promise<number> =>
        ((await requests?.()) ?? []).filter(({ changes }) => changes).length;
      for (const [what, call] of writes(fixture)) {
        const before = await changing();
        const sent: number[] = [];
        const { asked } = await watched(fixture, call, async () => {
          sent.push((await changing()) - before);
        });
        sent.push((await changing()) - before);
        assert.ok(sent.at(-1) !== 0, `${what} sent nothing: does requests tell what changes?`);
        assert.ok(
          sent.every((count, asks) => count <= asks),
          `${what} sent ${sent.at(-1)} requests that change something, and asked ${asked} times`,
        );
      }
    },
  },
  {
    id: 'stops',
    title:
      'nothing is written once beforeWrite rejects, and its error is what the call rejects with',
    reason: 'two runs that write at once leave a token that neither of them knows of',
    async run(fixture) {
      for (const [what, call] of writes(fixture)) {
        for (let refused = 1; refused <= MOST; refused++) {
          const result = await watched(fixture, call, (count) => {
            if (count >= refused) throw lockLost();
          });
          if (result.asked < refused) break;
          assertStopped(what, result, refused);
        }
      }
    },
  },
];

/** Every way to write: onto nothing, over something, and away. */
function writes(fixture: SinkFixture): [what: string, call: Call][] {
  const { sink, names } = fixture;
  return [
    ['a first delivery', (o) => sink.deliver(both(fixture), o)],
    ['a later delivery', (o) => sink.deliver(both(fixture, 1), o)],
    ...(sink.remove === undefined
      ? []
      : [['remove', (o) => sink.remove?.(names, o)] as [string, Call]]),
  ];
}

function assertStopped(what: string, { sights, error }: Watched, refused: number): void {
  assert.ok(error !== undefined, `${what} succeeded although it must not write`);
  assert.equal(error.code, 'STATE_LOST', `${what} lost the error of beforeWrite`);
  const changes = sights.length - 1;
  assert.ok(changes < refused, `${what} went on after beforeWrite had rejected`);
  if (refused === 1) assert.equal(error.effect, 'none', `${what} had written nothing`);
  if (changes > 0) assert.equal(error.effect, 'unknown', `${what} had written before`);
}
