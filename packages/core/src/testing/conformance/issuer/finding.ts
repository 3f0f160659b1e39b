import assert from 'node:assert/strict';

import { calmly, rejection } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { IssuerFixture } from './fixture.ts';
import { either, issued, known, needsLabels, needsRoomFor } from './kinds.ts';

const MORE_THAN_PAGES = 120;

/** Finding a token again whose answer was lost. */
export const finding: readonly Check<IssuerFixture>[] = [
  {
    id: 'find',
    title: 'find gives the tokens of exactly that label',
    reason: 'a token that is found is revoked: a namesake must not be',
    skip: needsLabels,
    async run(fixture) {
      const { issuer } = fixture;
      const { token } = await issued(fixture, 'keyturn-find');
      for (const label of ['keyturn-find-2', 'a-keyturn-find']) await issued(fixture, label);
      const found = await issuer.find('keyturn-find', calmly());
      assert.deepEqual(
        found.map(({ id, label }) => ({ id, label })),
        [{ id: token.id, label: 'keyturn-find' }],
      );
      assert.deepEqual(await issuer.find('keyturn-fin', calmly()), []);
    },
  },
  {
    id: 'find-new',
    title: 'find gives the tokens that are not known, and no other',
    reason: 'without labels, a token whose answer was lost is known by being new',
    skip: ({ issuer }) =>
      issuer.supports.find === 'candidates' ? undefined : 'tokens are found by their labels',
    async run(fixture) {
      const { issuer, seedMany } = fixture;
      await seedMany(1);
      const before = await known(issuer);
      const { token } = await issued(fixture, 'keyturn-new');
      const found = await issuer.find('keyturn-new', { ...calmly(), known: before });
      assert.deepEqual(
        found.map(({ id }) => id),
        [token.id],
      );
      const none = await issuer.find('keyturn-new', { ...calmly(), known: [...before, token.id] });
      assert.deepEqual(none, []);
    },
  },
  {
    id: 'find-pages',
    title: 'find looks at every page',
    reason: 'an orphan on the second page would live for ever',
    skip: either(needsLabels, needsRoomFor(MORE_THAN_PAGES)),
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
    skip: needsLabels,
    async run(fixture) {
      const { issuer, tokens: live } = fixture;
      for (let count = 0; count < 2; count++)
        // A provider may refuse the second of one label.
        await rejection(() => issued(fixture, 'keyturn-twice'));
      const made = (await live()).filter(({ label }) => label === 'keyturn-twice');
      const found = await issuer.find('keyturn-twice', calmly());
      assert.deepEqual(found.map(({ id }) => id).toSorted(), made.map(({ id }) => id).toSorted());
    },
  },
];
