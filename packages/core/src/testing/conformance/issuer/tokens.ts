import assert from 'node:assert/strict';

import { KeyturnError, reveal, Secret } from '../../../index.ts';
import { calmly, collect, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { IssuerFixture } from './fixture.ts';

const MORE_THAN_PAGES = 120;

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
      const { account, can, problems } = await issuer.check(calmly());
      assert.notEqual(account, '');
      for (const action of ['list', 'create', 'grant', 'revoke'] as const)
        assert.ok(['yes', 'no', 'unknown'].includes(can[action]), `can.${action}`);
      assert.deepEqual(
        problems.filter((problem) => !KeyturnError.is(problem)),
        [],
      );
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
    async run({ issuer, tokens: live }) {
      const { token } = await issuer.issue({ label: 'keyturn-issue' }, calmly());
      assert.equal(token.label, 'keyturn-issue');
      assert.ok(!Number.isNaN(Date.parse(token.issuedAt)), 'issuedAt is no date');
      const made = (await live()).filter(({ label }) => label === 'keyturn-issue');
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
    async run({ issuer, ttl = 0 }) {
      const { token } = await issuer.issue({ label: 'keyturn-ttl', ttl }, calmly());
      const lifetime = Date.parse(token.expiresAt ?? '') - Date.parse(token.issuedAt);
      const isRight = Math.abs(lifetime - ttl) <= 60_000;
      assert.ok(isRight, `it lives for ${lifetime} ms instead of ${ttl} ms`);
    },
  },
  {
    id: 'credential-hides',
    title: 'a credential does not print its secrets',
    reason: 'sooner or later somebody logs it',
    async run({ issuer }) {
      const credential = await issuer.issue({ label: 'keyturn-hides' }, calmly());
      const secrets = Object.values(credential.fields).filter((field) => field instanceof Secret);
      assert.notEqual(secrets.length, 0, 'no field is a Secret');
      assertHidden('the credential', credential, secrets.map(reveal));
    },
  },
  {
    id: 'get',
    title: 'get reads one token; undefined means that there is none',
    reason: 'the permissions of the next token are copied from here',
    async run({ issuer, unknownId }) {
      const { token } = await issuer.issue({ label: 'keyturn-get' }, calmly());
      const details = await issuer.get(token.id, calmly());
      assert.equal(details?.id, token.id);
      assert.equal(details?.label, 'keyturn-get');
      assert.deepEqual(details?.permissions, []);
      assert.equal(await issuer.get(unknownId, calmly()), undefined);
    },
  },
  {
    id: 'find',
    title: 'find gives the tokens of exactly that label',
    reason: 'a token that is found is revoked: a namesake must not be',
    async run({ issuer }) {
      const { token } = await issuer.issue({ label: 'keyturn-find' }, calmly());
      for (const label of ['keyturn-find-2', 'a-keyturn-find'])
        await issuer.issue({ label }, calmly());
      const found = await issuer.find('keyturn-find', calmly());
      assert.deepEqual(
        found.map(({ id, label }) => ({ id, label })),
        [{ id: token.id, label: 'keyturn-find' }],
      );
      assert.deepEqual(await issuer.find('keyturn-fin', calmly()), []);
    },
  },
  {
    id: 'find-pages',
    title: 'find looks at every page',
    reason: 'an orphan on the second page would live for ever',
    async run({ issuer, seedMany }) {
      const seeded = await seedMany(MORE_THAN_PAGES);
      for (const { id, label } of [seeded[0], seeded.at(-1)].filter((one) => one !== undefined)) {
        const found = await issuer.find(label, calmly());
        assert.deepEqual(
          found.map((token) => token.id),
          [id],
        );
      }
    },
  },
  {
    id: 'find-all',
    title: 'find gives every token of a label',
    reason: 'a request that the server took twice makes two tokens, and one of them would live on',
    async run({ issuer, tokens: live }) {
      for (let count = 0; count < 2; count++)
        // A provider may refuse the second of one label.
        await rejection(() => issuer.issue({ label: 'keyturn-twice' }, calmly()));
      const made = (await live()).filter(({ label }) => label === 'keyturn-twice');
      const found = await issuer.find('keyturn-twice', calmly());
      assert.deepEqual(found.map(({ id }) => id).toSorted(), made.map(({ id }) => id).toSorted());
    },
  },
  {
    id: 'issued-at',
    title: 'issue, find, get and list tell one issuedAt',
    reason: 'moments of two clocks cannot be compared',
    async run({ issuer }) {
      const { token } = await issuer.issue({ label: 'keyturn-when' }, calmly());
      const seen = [
        ...(await issuer.find('keyturn-when', calmly())),
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
    async run({ issuer, tokens: live, permissions, elsewhere }) {
      const other = (await elsewhere?.()) ?? issuer;
      assert.notEqual(other.id, issuer.id, 'they have one id');
      const { token } = await issuer.issue({ label: 'keyturn-here' }, calmly());
      const before = structuredClone(await live());
      await rejection(() => other.revoke(token.id, calmly()));
      await rejection(() => other.grant(token.id, permissions, calmly()));
      assert.deepEqual(await live(), before);
      let found: unknown;
      await rejection(async () => (found = await other.get(token.id, calmly())));
      assert.equal(found, undefined, 'a token of one account is seen in the other');
      assert.deepEqual(await other.find('keyturn-here', calmly()), []);
    },
  },
  {
    id: 'revoke',
    title: 'revoke ends that token alone, and may come twice',
    reason:
      'every run repeats a revocation until it is known; every other token is in use somewhere',
    async run({ issuer, tokens: live, seedMany }) {
      await seedMany(2);
      const before = structuredClone(await live());
      const { token } = await issuer.issue({ label: 'keyturn-revoke' }, calmly());
      assert.equal(await issuer.revoke(token.id, calmly()), 'revoked');
      assert.deepEqual(await live(), before);
      assert.equal(await issuer.revoke(token.id, calmly()), 'gone');
      assert.deepEqual(await live(), before);
    },
  },
  {
    id: 'revoked-is-gone',
    title: 'a revoked token is neither got nor found',
    reason: 'what still shows is revoked again by every later run',
    async run({ issuer }) {
      const { token } = await issuer.issue({ label: 'keyturn-gone' }, calmly());
      await issuer.revoke(token.id, calmly());
      assert.equal(await issuer.get(token.id, calmly()), undefined);
      assert.deepEqual(await issuer.find('keyturn-gone', calmly()), []);
    },
  },
];
