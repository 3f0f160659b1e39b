import assert from 'node:assert/strict';

import { KeyturnError, reveal, Secret } from '../../../index.ts';
import { calmly, collect, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { IssuerFixture } from './fixture.ts';
import { end, issued, known, needsRoomFor } from './kinds.ts';

const MORE_THAN_PAGES = 120;
const DAY = 86_400_000;

/** Creating tokens, and finding them again. */
export const tokens: readonly Check<IssuerFixture>[] = [
  {
    id: 'identity',
    title: 'says what it is, without its credential',
    reason: 'the id stands in ledgers and reports',
    async run({ issuer, credential }) {
      assert.equal(issuer.specVersion, 1);
      assert.match(issuer.kind, /^[a-z][a-z0-9-]*$/);
      assert.ok(issuer.id.startsWith(`${issuer.kind}:`), 'the id begins with another kind');
      assertHidden('the id', issuer.id, [credential]);
    },
  },
  {
    id: 'check',
    title: 'check tells what is allowed, and changes nothing',
    reason: 'plan and dry runs check the issuer, and nobody expects those to change anything',
    async run({ issuer, tokens: live, seedMany }) {
      await seedMany(1);
      const before = structuredClone(await live());
      const { account, can, problems, room } = await issuer.check(calmly());
      assert.notEqual(account, '');
      for (const action of ['list', 'create', 'grant', 'revoke'] as const)
        assert.ok(['yes', 'no', 'unknown'].includes(can[action]), `can.${action}`);
      assert.deepEqual(
        problems.filter((problem) => !KeyturnError.is(problem)),
        [],
      );
      assert.ok(room === undefined || room >= 0, 'room is negative');
      assert.deepEqual(await live(), before);
    },
  },
  {
    id: 'credentials',
    title: 'credentials tells what the issuer acts with, and never the secret',
    reason: 'doctor prints the report, and people paste what it prints',
    skip: ({ issuer }) =>
      issuer.credentials === undefined ? 'the issuer has no credentials' : undefined,
    async run({ issuer, tokens: live, seedMany, credential }) {
      await seedMany(1);
      const before = structuredClone(await live());
      const report = await issuer.credentials?.(calmly());
      assert.ok((report?.source ?? '') !== '', 'it does not say where they come from');
      assertHidden('the report', report, [credential]);
      assert.deepEqual(await live(), before);
    },
  },
  {
    id: 'list-pages',
    title: 'list gives every token once, over every page',
    reason: 'a token on the second page that is taken for gone is never revoked',
    skip: needsRoomFor(MORE_THAN_PAGES),
    async run({ issuer, seedMany }) {
      const seeded = await seedMany(MORE_THAN_PAGES);
      const ids = (await collect(issuer.list(calmly()))).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, 'a token is listed twice');
      const missing = seeded.filter(({ id }) => !ids.includes(id));
      assert.equal(missing.length, 0, `${missing.length} of ${seeded.length} are not listed`);
    },
  },
  {
    id: 'issue',
    title: 'a token that was issued is there, under its label',
    reason: 'the label is all that is left of a token whose answer was lost',
    async run(fixture) {
      const { issuer, tokens: live } = fixture;
      const before = (await live()).map(({ id }) => id);
      const { token } = await issued(fixture, 'keyturn-issue');
      assert.equal(token.label, 'keyturn-issue');
      assert.ok(!Number.isNaN(Date.parse(token.issuedAt)), 'issuedAt is no date');
      const made = (await live()).filter(({ id, label }) =>
        issuer.supports.find === 'label' ? label === 'keyturn-issue' : !before.includes(id),
      );
      assert.deepEqual(
        made.map(({ id }) => id),
        [token.id],
      );
    },
  },
  {
    id: 'ttl',
    title: 'a token expires when it was asked to',
    reason: 'a token that expires early is an outage',
    skip: ({ ttl }) =>
      ttl === undefined ? 'the fixture has no ttl: tokens cannot expire' : undefined,
    async run({ issuer, permissions, ttl = 0 }) {
      const isGiven = issuer.supports.permissions === 'issue';
      const request = { label: 'keyturn-ttl', ttl, ...(isGiven && { permissions }) };
      const { token } = await issuer.issue(request, calmly());
      const lifetime = Date.parse(token.expiresAt ?? '') - Date.parse(token.issuedAt);
      const isWhole = issuer.supports.expiry === 'day';
      const isRight = isWhole
        ? lifetime >= ttl - 60_000 && lifetime <= ttl + DAY
        : Math.abs(lifetime - ttl) <= 60_000;
      assert.ok(isRight, `it lives for ${lifetime} ms instead of ${ttl} ms`);
    },
  },
  {
    id: 'credential-hides',
    title: 'a credential does not print its secrets',
    reason: 'sooner or later somebody logs it',
    async run(fixture) {
      const credential = await issued(fixture, 'keyturn-hides');
      const secrets = Object.values(credential.fields).filter((field) => field instanceof Secret);
      assert.notEqual(secrets.length, 0, 'no field is a Secret');
      assertHidden('the credential', credential, secrets.map(reveal));
    },
  },
  {
    id: 'get',
    title: 'get reads one token; undefined means that there is none',
    reason: 'the permissions of the next token are copied from here',
    async run(fixture) {
      const { issuer, unknownId } = fixture;
      const { token } = await issued(fixture, 'keyturn-get');
      const details = await issuer.get(token.id, calmly());
      assert.equal(details?.id, token.id);
      if (issuer.supports.find === 'label') assert.equal(details?.label, 'keyturn-get');
      if (issuer.supports.permissions !== 'issue') assert.deepEqual(details?.permissions, []);
      assert.equal(await issuer.get(unknownId, calmly()), undefined);
    },
  },
  {
    id: 'issued-at',
    title: 'issue, find, get and list tell one issuedAt',
    reason: 'moments of two clocks cannot be compared',
    async run(fixture) {
      const { issuer } = fixture;
      const before = await known(issuer);
      const { token } = await issued(fixture, 'keyturn-when');
      const seen = [
        ...(await issuer.find('keyturn-when', { ...calmly(), known: before })),
        await issuer.get(token.id, calmly()),
        (await collect(issuer.list(calmly()))).find(({ id }) => id === token.id),
      ];
      for (const one of seen)
        assert.equal(Date.parse(one?.issuedAt ?? ''), Date.parse(token.issuedAt));
    },
  },
  {
    id: 'accounts',
    title: 'two accounts have two ids, and a call to one does nothing to the other',
    reason: '«not there» in another account would be taken for gone, and the token lives on',
    skip: ({ elsewhere }) => (elsewhere === undefined ? 'the fixture has no elsewhere' : undefined),
    async run(fixture) {
      const { issuer, tokens: live, permissions, elsewhere } = fixture;
      const other = (await elsewhere?.()) ?? issuer;
      assert.notEqual(other.id, issuer.id, 'they have one id');
      const { token } = await issued(fixture, 'keyturn-here');
      const before = structuredClone(await live());
      await rejection(() => other.revoke(token.id, calmly()));
      await rejection(() => other.grant(token.id, permissions, calmly()));
      assert.deepEqual(await live(), before);
      let found: unknown;
      await rejection(async () => (found = await other.get(token.id, calmly())));
      assert.equal(found, undefined, 'a token of one account is seen in the other');
      const foreign = { ...calmly(), known: await known(other) };
      assert.deepEqual(await other.find('keyturn-here', foreign), []);
    },
  },
  {
    id: 'revoke',
    title: 'revoke ends that token alone, and may come twice',
    reason:
      'every run repeats a revocation until it is known; every other token is in use somewhere',
    async run(fixture) {
      const { issuer, tokens: live, seedMany } = fixture;
      await seedMany(Math.min(2, (issuer.supports.most ?? 3) - 1));
      const before = structuredClone(await live());
      const { token } = await issued(fixture, 'keyturn-revoke');
      assert.ok(await end(fixture, token.id), 'it was not revoked');
      assert.deepEqual(await live(), before);
      assert.equal(await issuer.revoke(token.id, calmly()), 'gone');
      assert.deepEqual(await live(), before);
    },
  },
  {
    id: 'revoked-is-gone',
    title: 'a revoked token is neither got nor found',
    reason: 'what still shows is revoked again by every later run',
    async run(fixture) {
      const { issuer } = fixture;
      const before = { ...calmly(), known: await known(issuer) };
      const { token } = await issued(fixture, 'keyturn-gone');
      await end(fixture, token.id);
      assert.equal(await issuer.get(token.id, calmly()), undefined);
      assert.deepEqual(await issuer.find('keyturn-gone', before), []);
    },
  },
];
