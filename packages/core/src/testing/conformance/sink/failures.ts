import assert from 'node:assert/strict';

import { type KeyturnError, reveal, Secret } from '../../../index.ts';
import { calmly, DENIED, endsWhenAborted, interrupt, refusal, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { SinkFixture } from './fixture.ts';
import { assertStored, assertUnwritten, both, one, refusedValue, sample } from './samples.ts';

/** What happens when something goes wrong. */
export const failures: readonly Check<SinkFixture>[] = [
  {
    id: 'aborted-before',
    title: 'a call that is aborted already writes nothing',
    reason: 'a run that lost its lock must not write any more',
    async run(fixture) {
      const { sink, names } = fixture;
      const aborted = { signal: AbortSignal.abort() };
      await assertUnwritten(fixture, async () => {
        await refusal(
          'deliver',
          () => sink.deliver(one(fixture), aborted),
          ['INTERRUPTED'],
          'none',
        );
        await refusal('check', () => sink.check(names, aborted), ['INTERRUPTED']);
        await refusal('confirm', () => sink.confirm(one(fixture), {}, aborted), ['INTERRUPTED']);
      });
    },
  },
  {
    id: 'abort-ends',
    title: 'an abort ends a call that hangs, within a second',
    reason: 'Ctrl-C that waits for a server is pressed again, harder',
    skip: ({ stall }) => (stall === undefined ? 'the fixture has no stall' : undefined),
    async run(fixture) {
      const { sink, names, stall } = fixture;
      await stall?.();
      await Promise.all([
        endsWhenAborted('deliver', (o) => sink.deliver(one(fixture), o), true),
        endsWhenAborted('check', (o) => sink.check(names, o), false),
        endsWhenAborted('confirm', (o) => sink.confirm(one(fixture), {}, o), false),
      ]);
    },
  },
  {
    id: 'denied',
    title: 'refused credentials are told, and nothing is guessed or written',
    reason: 'what may not be seen is not gone, and a check that passes lets a token be created',
    skip: ({ deny }) => (deny === undefined ? 'the fixture has no deny' : undefined),
    async run(fixture) {
      const { sink, names, deny } = fixture;
      await sink.deliver(one(fixture), calmly());
      await deny?.();
      await refusal('check', () => sink.check(names, calmly()), DENIED);
      await assertUnwritten(fixture, () =>
        refusal('deliver', () => sink.deliver(both(fixture, 1), calmly()), DENIED, 'none'),
      );
      // Without asking, «unreadable» is all that may be said.
      let verdict: string = 'unreadable';
      const error = await rejection(async () => {
        verdict = await sink.confirm(one(fixture), {}, calmly());
      });
      assert.equal(verdict, 'unreadable', 'confirm guessed');
      if (error !== undefined) assert.ok(DENIED.includes(error.code), `confirm: ${error.code}`);
    },
  },
  {
    id: 'lost-answer',
    title: 'a delivery whose answer was lost is not called without effect, and may be repeated',
    reason: 'the value may be there: the token that it replaced or brought is not free to go',
    skip: ({ loseAnswer }) =>
      loseAnswer === undefined ? 'the fixture has no loseAnswer' : undefined,
    async run(fixture) {
      const { sink, loseAnswer } = fixture;
      await loseAnswer?.();
      const error = await rejection(() => sink.deliver(one(fixture), calmly()));
      if (error !== undefined) assert.equal(error.effect, 'unknown', 'it took effect');
      await sink.deliver(one(fixture), calmly());
      await assertStored(fixture, one(fixture), 'the value that was delivered again');
    },
  },
  {
    id: 'errors-hide',
    title: 'no error holds a secret or the credential, at any depth',
    reason: 'errors are logged, pasted and sent to trackers',
    async run(fixture) {
      const { sink, names, credential, stall, deny, loseAnswer } = fixture;
      const entries = one(fixture);
      const secrets = [credential, reveal(sample(fixture))];
      const seen = async (what: string, call: () => Promise<unknown>): Promise<void> => {
        const error: KeyturnError | undefined = await rejection(call);
        if (error !== undefined) assertHidden(`the error of ${what}`, error, secrets);
      };
      const deliver = () => sink.deliver(entries, calmly());
      const { value } = entries[0];
      await seen('a bad name', () => sink.deliver([{ name: '', value }], calmly()));
      const refused = refusedValue(sink.limits);
      if (refused !== undefined) {
        secrets.push(refused);
        const bad = [{ name: names[0], value: new Secret(refused) }];
        await seen('a bad value', () => sink.deliver(bad, calmly()));
      }
      await loseAnswer?.();
      await seen('a lost answer', deliver);
      await deny?.();
      await seen('a refused delivery', deliver);
      await seen('a refused check', () => sink.check(names, calmly()));
      await seen('a refused look', () => sink.confirm(entries, {}, calmly()));
      await seen('a refused hint', async () => sink.holds?.(names, calmly()));
      await seen('a refused clue', async () => sink.clue?.(names, calmly()));
      await seen('refused credentials', async () => sink.credentials?.(calmly()));
      await seen('a refused removal', async () => sink.remove?.(names, calmly()));
      await stall?.();
      if (stall === undefined) return;
      const { error } = await interrupt((o) => sink.deliver(entries, o));
      assertHidden('the error of an interrupted delivery', error, secrets);
    },
  },
];
