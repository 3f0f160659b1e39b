import assert from 'node:assert/strict';

import { calmly, refusal } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { IssuerFixture } from './fixture.ts';
import { allOf, granted, issued, untilReady } from './kinds.ts';

/** What only some issuers can do: a limit, tokens that are ready later, and ends that can be taken back. */
export const ends: readonly Check<IssuerFixture>[] = [
  {
    id: 'room',
    title: 'check tells how many tokens can still be created, and issue refuses one more',
    reason: 'a run must know before it creates anything',
    skip: ({ issuer }) =>
      issuer.supports.most === undefined ? 'there is no limit on tokens' : undefined,
    async run(fixture) {
      const { issuer, tokens } = fixture;
      const { room = Number.NaN } = await issuer.check(calmly());
      assert.ok(room > 0, 'the fixture leaves no room for a token');
      for (let left = room; left > 0; left--) {
        await issued(fixture, `keyturn-room-${left}`);
        assert.equal((await issuer.check(calmly())).room, left - 1);
      }
      const before = structuredClone(await tokens());
      await refusal('issue', () => issued(fixture, 'keyturn-too-many'), undefined, 'none');
      assert.deepEqual(await tokens(), before);
    },
  },
  {
    id: 'ready',
    title: 'a token becomes ready',
    reason: 'a token that is never ready is never delivered',
    skip: ({ issuer }) => (issuer.ready === undefined ? 'tokens are ready at once' : undefined),
    async run(fixture) {
      const { token } = await issued(fixture, 'keyturn-ready');
      assert.ok(await untilReady(fixture, token.id), 'it never was');
    },
  },
  {
    id: 'disable',
    title: 'a disabled token exists and does not work, until it is enabled; both may come twice',
    reason: 'an end that can be taken back is the last chance before the one that cannot',
    skip: ({ issuer }) => (issuer.supports.disable ? undefined : 'tokens cannot be disabled'),
    async run(fixture) {
      const { issuer } = fixture;
      const credential = await granted(fixture, 'keyturn-disable');
      const { id } = credential.token;
      const works = async (): Promise<boolean> => {
        await fixture.pass?.();
        return (await issuer.verify(credential, allOf(fixture), calmly())).ok;
      };
      for (let times = 0; times < 2; times++) await issuer.disable?.(id, calmly());
      assert.equal(await works(), false, 'it works');
      assert.equal((await issuer.get(id, calmly()))?.disabled, true, 'get does not tell');
      for (let times = 0; times < 2; times++) await issuer.enable?.(id, calmly());
      assert.equal(await works(), true, 'it does not work again');
      assert.notEqual((await issuer.get(id, calmly()))?.disabled, true, 'get does not tell');
    },
  },
  {
    id: 'disable-unknown',
    title: 'a token that there is not can neither be disabled nor enabled',
    reason: 'a token that passes for disabled is not looked for any more',
    skip: ({ issuer }) => (issuer.supports.disable ? undefined : 'tokens cannot be disabled'),
    async run({ issuer, unknownId }) {
      await refusal('disable', async () => issuer.disable?.(unknownId, calmly()));
      await refusal('enable', async () => issuer.enable?.(unknownId, calmly()));
    },
  },
];
