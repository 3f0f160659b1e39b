import assert from 'node:assert/strict';

import { type Credential, KeyturnError, Secret, type Verification } from '../../../index.ts';
import { calmly } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { IssuerFixture } from './fixture.ts';
import { allOf, end, granted, needsGrant, needsPermissions } from './kinds.ts';

/** What a token may do, and the proof of it. */
export const permissions: readonly Check<IssuerFixture>[] = [
  {
    id: 'grant',
    title: 'grant gives what it was asked, and may come twice',
    reason: 'a token without its permissions breaks every job that gets it',
    skip: needsGrant,
    async run(fixture) {
      const { issuer, permissions: wanted } = fixture;
      const { token } = await issuer.issue({ label: 'keyturn-grant' }, calmly());
      await issuer.grant(token.id, wanted, calmly());
      await issuer.grant(token.id, wanted, calmly());
      await assertGranted(fixture, token.id, wanted);
    },
  },
  {
    id: 'get-permissions',
    title: 'get tells the permissions, sorted',
    reason: 'the permissions of the next token are copied from here',
    skip: needsPermissions,
    async run(fixture) {
      const { issuer, permissions: wanted } = fixture;
      const { token } = await granted(fixture, 'keyturn-read');
      const details = await issuer.get(token.id, calmly());
      assert.deepEqual(details?.permissions, wanted.toSorted());
    },
  },
  {
    id: 'grant-adds',
    title: 'grant takes nothing away',
    reason: 'an API that replaces the whole list would take what was there before',
    skip: needsGrant,
    async run(fixture) {
      const { issuer, permissions: wanted } = fixture;
      const [first, second] = wanted;
      const { token } = await issuer.issue({ label: 'keyturn-adds' }, calmly());
      await issuer.grant(token.id, [first], calmly());
      await issuer.grant(token.id, [second], calmly());
      await assertGranted(fixture, token.id, wanted);
    },
  },
  {
    id: 'ungrant',
    title: 'ungrant takes what it was asked alone, and may come twice',
    reason: 'a permission too few breaks jobs, one too many is a risk',
    skip: needsGrant,
    async run(fixture) {
      const { issuer, permissions: wanted } = fixture;
      const [first, second] = wanted;
      const { token } = await issuer.issue({ label: 'keyturn-ungrant' }, calmly());
      await issuer.grant(token.id, wanted, calmly());
      await issuer.ungrant(token.id, [first], calmly());
      await issuer.ungrant(token.id, [first], calmly());
      await assertGranted(fixture, token.id, [second]);
    },
  },
  {
    id: 'verify',
    title: 'verify accepts a credential that works',
    reason: 'a good token that is refused is a rotation that never ends',
    async run(fixture) {
      const credential = await granted(fixture, 'keyturn-verify');
      const verification = await fixture.issuer.verify(credential, allOf(fixture), calmly());
      assert.equal(verification.ok, true);
    },
  },
  {
    id: 'verify-wrong-secret',
    title: 'verify refuses a wrong secret',
    reason: 'proving that the token exists does not prove that the value works',
    async run(fixture) {
      const { token, fields } = await granted(fixture, 'keyturn-wrong');
      const wrong = Object.entries(fields).map(([name, field]) => [
        name,
        field instanceof Secret ? new Secret(altered(field.reveal())) : field,
      ]);
      const credential: Credential = { token, fields: Object.fromEntries(wrong) };
      refused(await fixture.issuer.verify(credential, allOf(fixture), calmly()));
    },
  },
  {
    id: 'verify-permissions',
    title: 'verify refuses a token that may do less than expected',
    reason: 'a new token has no permissions: it works, and every job fails',
    skip: needsPermissions,
    async run(fixture) {
      const { issuer, permissions: expected } = fixture;
      const credential = await granted(fixture, 'keyturn-less', expected.slice(0, 1));
      refused(await issuer.verify(credential, expected, calmly()));
    },
  },
  {
    id: 'verify-revoked',
    title: 'verify refuses a revoked token',
    reason: 'a token that somebody deleted must not be delivered',
    async run(fixture) {
      const credential = await granted(fixture, 'keyturn-revoked');
      await end(fixture, credential.token.id);
      refused(await fixture.issuer.verify(credential, allOf(fixture), calmly()));
    },
  },
];

async function assertGranted(
  { tokens }: IssuerFixture,
  id: string,
  expected: readonly string[],
): Promise<void> {
  const token = (await tokens()).find((each) => each.id === id);
  assert.deepEqual(token?.permissions.toSorted(), expected.toSorted());
}

/** The same text but for its last character. */
export function altered(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`;
}

function refused(verification: Verification): void {
  assert.ok(!verification.ok, 'it was accepted');
  assert.ok(KeyturnError.is(verification.error), 'the reason is no KeyturnError');
}
