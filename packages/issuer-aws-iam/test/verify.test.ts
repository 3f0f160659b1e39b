import { Secret, type Credential, type Verification } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { START } from '../../http/test/support/adapters/context.ts';
import { ACTING, call, told, users, world } from './support/world.ts';

const why = (verification: Verification): string =>
  verification.ok ? 'ok' : verification.error.message;

describe('a new key', () => {
  it('works once AWS knows of it', async () => {
    const { issuer, clock } = await world({ behaviour: { propagationMs: 20_000 } });
    const credential = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    expect(clock.now() - START).toBeGreaterThanOrEqual(30_000);
  });

  it('has to work twice, ten seconds apart', async () => {
    const { issuer, requests, clock } = await world({ behaviour: { propagationMs: 0 } });
    const credential = await issuer.issue({ label: 'keyturn-a' }, call);
    const before = (await requests()).length;
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    expect((await requests()).length - before).toBe(2);
    expect(clock.now() - START).toBe(10_000);
  });

  it('that never works is rejected after a minute', async () => {
    const { issuer, clock } = await world({ behaviour: { propagationMs: 3_600_000 } });
    const credential = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(why(await issuer.verify(credential, [], call))).toMatch(/rejected/);
    expect(clock.now() - START).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - START).toBeLessThan(70_000);
  });

  it('with a wrong secret is rejected at once', async () => {
    const { issuer, clock } = await world({ behaviour: { propagationMs: 0 } });
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    const secretAccessKey = new Secret('CANARYwrongCANARYwrongCANARYwrongCANARYw');
    const forged = { token, fields: { accessKeyId: token.id, secretAccessKey } };
    expect(why(await issuer.verify(forged, [], call))).toMatch(/rejected/);
    expect(clock.now()).toBe(START);
  });

  it('of another user is not this one’s', async () => {
    const { issuer, open } = await world({ behaviour: { propagationMs: 0 } });
    const credential = await (await open({ user: 'deploy' })).issue({ label: 'keyturn-a' }, call);
    expect(why(await issuer.verify(credential, [], call))).toMatch(/does not belong/);
  });

  it.each([
    ['a role', 'arn:aws:sts::417203958164:assumed-role/ci/ci'],
    ['the account', 'arn:aws:iam::417203958164:root'],
    ['a user below another name', 'arn:aws:iam::417203958164:user/ci/other'],
  ])('of %s is not the user’s', async (_, arn) => {
    const { issuer } = await told({ GetCallerIdentity: identity(arn) });
    expect(why(await issuer.verify(credentialOf('CANARY'.repeat(7)), [], call))).toMatch(
      /does not belong/,
    );
  });

  it.each([
    ['no ARN', 'nothing'],
    ['an ARN of another form', 'arn:aws:iam::417203958164:user/ci\u001B[2J'],
    ['another account', 'arn:aws:iam::111122223333:user/ci'],
  ])('is not verified by %s', async (_, arn) => {
    const { issuer } = await told({ GetCallerIdentity: identity(arn) });
    const error = await failure(issuer.verify(credentialOf('CANARY'.repeat(7)), [], call));
    expect(error.code).toBe('ANSWER_INVALID');
  });

  it('may have a path', async () => {
    const { issuer } = await told({
      GetCallerIdentity: identity('arn:aws:iam::417203958164:user/teams/ci/ci'),
    });
    expect(await issuer.verify(credentialOf('CANARY'.repeat(7)), [], call)).toEqual({ ok: true });
  });
});

describe('the acting key', () => {
  it('is known without a request, unless it is temporary', async () => {
    const { issuer, env, requests } = await world();
    expect(issuer.actingToken?.()).toBe(ACTING.accessKeyId);
    env['AWS_ACCESS_KEY_ID'] = 'ASIATEMPTEMPTEMPTEMP';
    expect(issuer.actingToken?.()).toBeUndefined();
    env['AWS_ACCESS_KEY_ID'] = '';
    expect(issuer.actingToken?.()).toBeUndefined();
    expect(await requests()).toEqual([]);
  });

  it('may be one of the user’s own, which its successor deletes', async () => {
    const { issuer, keys } = await world({
      behaviour: { propagationMs: 0 },
      users: { ci: { accessKeys: [ACTING], allows: ['iam:*@self'] } },
    });
    const credential = await issuer.issue({ label: 'keyturn-a' }, call);
    const successor = issuer.actAs?.(credential);
    expect(successor?.actingToken?.()).toBe(credential.token.id);
    expect(await successor?.revoke(ACTING.accessKeyId, call)).toBe('revoked');
    expect(keys().map(({ accessKeyId }) => accessKeyId)).toEqual([credential.token.id]);
  });

  it('is described, with where no key is needed', async () => {
    const { issuer, open } = await world();
    const report = await issuer.credentials?.(call);
    expect(report).toMatchObject({
      source: 'AWS_ACCESS_KEY_ID',
      form: 'an access key',
      owner: 'arn:aws:iam::417203958164:user/keyturn',
      accounts: ['417203958164'],
    });
    expect(report?.warnings[0]).toContain('OIDC');
    const other = await (await open({ user: 'ci' })).credentials?.(call);
    expect(other?.warnings.at(-1)).toContain('account: "417203958164"');
  });

  it.each([
    [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'CREDENTIALS_MISSING'],
    [{ AWS_SECRET_ACCESS_KEY: '' }, 'CREDENTIALS_MISSING'],
    [
      { AWS_ACCESS_KEY_ID: 'CANARY/secret', AWS_SECRET_ACCESS_KEY: ACTING.accessKeyId },
      'AUTH_DENIED',
    ],
    [{ AWS_SECRET_ACCESS_KEY: '"CANARY"' }, 'AUTH_DENIED'],
    [{ AWS_SECRET_ACCESS_KEY: 'CANARYwrong' }, 'AUTH_DENIED'],
    [{ AWS_SESSION_TOKEN: 'CANARYsession' }, 'AUTH_DENIED'],
  ])('that cannot work is refused: %j', async (changes, code) => {
    const { issuer, env } = await world();
    Object.assign(env, changes);
    expect((await failure(issuer.check(call))).code).toBe(code);
  });
});

it('check asks for everything that acting needs to read', async () => {
  const { issuer } = await world({ users: users([{ accessKeyId: 'AKIAOLDOLDOLDOLDOLD2' }]) });
  expect(await issuer.check(call)).toMatchObject({
    account: '417203958164/ci',
    actingToken: ACTING.accessKeyId,
    room: 1,
    can: { list: 'yes', create: 'unknown' },
    problems: [],
  });
});

function credentialOf(secret: string): Credential {
  const id = 'AKIANEWNEWNEWNEWNEW2';
  return {
    token: { id, label: 'keyturn-a', issuedAt: new Date(START).toISOString() },
    fields: { accessKeyId: id, secretAccessKey: new Secret(secret) },
  };
}

function identity(arn: string) {
  return {
    status: 200,
    body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDA</UserId><Account>417203958164</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}
