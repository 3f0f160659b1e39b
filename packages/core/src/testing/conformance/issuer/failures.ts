import assert from 'node:assert/strict';

import { type Credential, type KeyturnError, Secret } from '../../../index.ts';
import {
  calmly,
  collect,
  DENIED,
  endsWhenAborted,
  interrupt,
  refusal,
  rejection,
} from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { IssuerFixture } from './fixture.ts';
import { issued, known, needsGrant } from './kinds.ts';
import { altered } from './permissions.ts';

/** What happens when something goes wrong. */
export const failures: readonly Check<IssuerFixture>[] = [
  {
    id: 'lost-answer',
    title: 'an issue whose answer was lost made one token, which find finds',
    reason: 'a token that nobody knows of works until somebody finds it',
    skip: ({ loseAnswer }) =>
      loseAnswer === undefined ? 'the fixture has no loseAnswer' : undefined,
    async run(fixture) {
      const { issuer, tokens, loseAnswer } = fixture;
      const before = await known(issuer);
      await loseAnswer?.();
      await refusal('issue', () => issued(fixture, 'keyturn-lost'), undefined, 'unknown');
      const made = (await tokens()).filter(({ id, label }) =>
        issuer.supports.find === 'label' ? label === 'keyturn-lost' : !before.includes(id),
      );
      assert.equal(made.length, 1, `${made.length} tokens were made`);
      const found = await issuer.find('keyturn-lost', { ...calmly(), known: before });
      assert.deepEqual(
        found.map(({ id }) => id),
        made.map(({ id }) => id),
      );
    },
  },
  {
    id: 'denied-lookups',
    title: 'a look-up that is refused rejects',
    reason: 'a failed look-up that passes for «gone» leaves an orphan, or revokes a token in use',
    skip: needsDeny,
    async run(fixture) {
      const { issuer, deny } = fixture;
      const credential = await issued(fixture, 'keyturn-denied');
      const { id } = credential.token;
      await deny?.();
      await refusal('get', () => issuer.get(id, calmly()), DENIED);
      await refusal('find', () => issuer.find('keyturn-denied', calmly()), DENIED);
      await refusal('list', () => collect(issuer.list(calmly())), DENIED);
    },
  },
  {
    id: 'denied-check',
    title: 'check tells that the credentials are refused',
    reason: 'a run has to stop before it created a token that it cannot grant',
    skip: needsDeny,
    async run({ issuer, deny }) {
      await deny?.();
      const problems: KeyturnError[] = [];
      const error = await rejection(async () => {
        problems.push(...(await issuer.check(calmly())).problems);
      });
      if (error !== undefined) problems.push(error);
      assert.ok(
        problems.some(({ code }) => DENIED.includes(code)),
        'no problem was found',
      );
    },
  },
  {
    id: 'denied-writes',
    title: 'a write that is refused rejects, and an issue is known to have made nothing',
    reason:
      'a revocation that passes for done leaves a token alive; an issue that passes for lost is looked for in vain',
    skip: needsDeny,
    async run(fixture) {
      const { issuer, tokens, permissions, deny } = fixture;
      const { token } = await issued(fixture, 'keyturn-denied');
      const before = structuredClone(await tokens());
      await deny?.();
      const codes = [...DENIED, 'GRANT_REFUSED', 'TOKEN_NOT_FOUND'] as const;
      await refusal('issue', () => issued(fixture, 'keyturn-2'), DENIED, 'none');
      if (needsGrant(fixture) === undefined) {
        await refusal('grant', () => issuer.grant(token.id, permissions, calmly()), codes);
        await refusal('ungrant', () => issuer.ungrant(token.id, permissions, calmly()), codes);
      }
      await refusal('revoke', () => issuer.revoke(token.id, calmly()), codes);
      assert.deepEqual(await tokens(), before);
    },
  },
  {
    id: 'aborted-before',
    title: 'a call that is aborted already changes nothing',
    reason: 'a run that lost its lock must not act any more',
    async run(fixture) {
      const { issuer, tokens, permissions } = fixture;
      const { token } = await issued(fixture, 'keyturn-aborted');
      const before = structuredClone(await tokens());
      const aborted = { signal: AbortSignal.abort() };
      const codes = ['INTERRUPTED'] as const;
      await refusal('issue', () => issuer.issue({ label: 'keyturn-2' }, aborted), codes, 'none');
      await refusal('grant', () => issuer.grant(token.id, permissions, aborted), codes, 'none');
      await refusal('revoke', () => issuer.revoke(token.id, aborted), codes, 'none');
      await refusal('find', () => issuer.find('keyturn-aborted', aborted), codes);
      await refusal('list', () => collect(issuer.list(aborted)), codes);
      assert.deepEqual(await tokens(), before);
    },
  },
  {
    id: 'abort-ends',
    title: 'an abort ends a call that hangs, within a second',
    reason: 'Ctrl-C that waits for a server is pressed again, harder',
    skip: ({ stall }) => (stall === undefined ? 'the fixture has no stall' : undefined),
    async run(fixture) {
      const { issuer, permissions, stall } = fixture;
      const { token } = await issued(fixture, 'keyturn-hangs');
      await stall?.();
      const isGiven = issuer.supports.permissions === 'issue';
      const request = { label: 'keyturn-2', ...(isGiven && { permissions }) };
      await Promise.all([
        endsWhenAborted('issue', (o) => issuer.issue(request, o), true),
        endsWhenAborted('find', (o) => issuer.find('keyturn-hangs', o), true),
        endsWhenAborted('list', (o) => collect(issuer.list(o)), true),
        endsWhenAborted('revoke', (o) => issuer.revoke(token.id, o), true),
      ]);
    },
  },
  {
    id: 'errors-hide',
    title: 'no error holds a secret or the credential, at any depth',
    reason: 'errors are logged, pasted and sent to trackers',
    async run(fixture) {
      const { issuer, permissions, credential, unknownId, loseAnswer, deny, stall } = fixture;
      const whole = await issued(fixture, 'keyturn-hides');
      const fields = Object.entries(whole.fields).filter(([, field]) => field instanceof Secret);
      const wrong = fields.map(([name, field]): [string, Secret] => [
        name,
        new Secret(altered((field as Secret).reveal())),
      ]);
      const secrets = [credential, ...wrong.map(([, field]) => field.reveal())];
      const forged: Credential = {
        token: whole.token,
        fields: { ...whole.fields, ...Object.fromEntries(wrong) },
      };
      const seen = async (what: string, call: () => Promise<unknown>): Promise<void> =>
        assertHidden(`the error of ${what}`, await rejection(call), secrets);
      const verify = async (): Promise<void> => {
        const verification = await issuer.verify(forged, permissions, calmly());
        if (!verification.ok) throw verification.error;
      };
      await seen('a wrong secret', verify);
      await seen('an unknown token', () => issuer.grant(unknownId, permissions, calmly()));
      await loseAnswer?.();
      await seen('a lost answer', () => issued(fixture, 'keyturn-lost'));
      await deny?.();
      await seen('a refused issue', () => issued(fixture, 'keyturn-2'));
      await seen('a refused look-up', () => issuer.find('keyturn-hides', calmly()));
      await seen('a refused list', () => collect(issuer.list(calmly())));
      await seen('a refused get', () => issuer.get(whole.token.id, calmly()));
      await seen('a refused grant', () => issuer.grant(whole.token.id, permissions, calmly()));
      await seen('a refused revocation', () => issuer.revoke(whole.token.id, calmly()));
      await seen('a refused verification', verify);
      await seen('a refused check', async () => {
        for (const problem of (await issuer.check(calmly())).problems) throw problem;
      });
      await stall?.();
      if (stall === undefined) return;
      const { error } = await interrupt((o) => issuer.verify(forged, permissions, o));
      assertHidden('the error of an interrupted verification', error, secrets);
    },
  },
];

function needsDeny({ deny }: IssuerFixture): string | undefined {
  return deny === undefined ? 'the fixture has no deny' : undefined;
}
