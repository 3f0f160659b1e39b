import { describe, expect, it } from 'vitest';

import type { AwsBehaviour, Sandbox } from '../src/index.ts';
import { aws, reply, type AwsCredentials } from './aws.ts';
import { agreeing, control, createClock, sandbox } from './support.ts';

const USER = { UserName: 'ci' };

const keysOf = (box: Sandbox, user = 'ci') => box.state().aws?.users?.[user]?.accessKeys ?? [];

async function fixed(behaviour: AwsBehaviour = {}) {
  const clock = createClock();
  const first = await sandbox({ clocks: agreeing, clock: clock.now });
  const world = { aws: { ...first.state().aws, behaviour } };
  const box = await sandbox({ clocks: agreeing, clock: clock.now, world });
  const as = (credentials: Partial<AwsCredentials>) => aws(box, { now: clock.now, ...credentials });
  const api = as({});
  const create = async () => {
    const made = await api('CreateAccessKey', USER);
    const [accessKeyId = '', secretAccessKey = ''] = [
      made.value('AccessKeyId'),
      made.value('SecretAccessKey'),
    ];
    return { made, accessKeyId, own: as({ accessKeyId, secretAccessKey }) };
  };
  return { clock, box, as, api, create };
}

describe('access keys of AWS', () => {
  it('are created with a secret, which is never shown again', async () => {
    const { box, api, create } = await fixed();
    const { made, accessKeyId } = await create();
    expect([made.status, made.value('UserName'), made.value('Status')]).toEqual([
      200,
      'ci',
      'Active',
    ]);
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(made.value('SecretAccessKey')).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(made.value('CreateDate')).toBe('2026-01-15T00:00:00Z');
    const list = await api('ListAccessKeys', USER);
    expect(list.values('AccessKeyId')).toEqual([expect.any(String), accessKeyId]);
    expect(list.value('IsTruncated')).toBe('false');
    expect(list.text).not.toContain(made.value('SecretAccessKey'));
    expect(keysOf(box).at(-1)).toMatchObject({
      accessKeyId,
      secretAccessKey: made.value('SecretAccessKey'),
      status: 'Active',
    });
  });

  it('are two at most', async () => {
    const { api, create } = await fixed();
    await create();
    const third = await api('CreateAccessKey', USER);
    expect([third.status, third.code]).toEqual([409, 'LimitExceeded']);
  });

  it('work after a moment', async () => {
    const { clock, create } = await fixed();
    const { own } = await create();
    const early = await own('GetCallerIdentity');
    expect([early.status, early.code]).toEqual([403, 'InvalidClientTokenId']);
    clock.advance(250);
    const identity = await own('GetCallerIdentity');
    expect([identity.status, identity.value('Arn'), identity.value('Account')]).toEqual([
      200,
      'arn:aws:iam::417203958164:user/ci',
      '417203958164',
    ]);
  });

  it('can be deactivated and activated again', async () => {
    const { clock, api, create } = await fixed();
    const { own, accessKeyId: AccessKeyId } = await create();
    clock.advance(250);
    const update = async (Status: string) =>
      (await api('UpdateAccessKey', { ...USER, AccessKeyId, Status })).status;
    expect(await update('Inactive')).toBe(200);
    expect((await own('GetCallerIdentity')).code).toBe('InvalidClientTokenId');
    expect((await api('ListAccessKeys', USER)).values('Status')).toEqual(['Active', 'Inactive']);
    expect(await update('Active')).toBe(200);
    expect((await own('GetCallerIdentity')).status).toBe(403);
    clock.advance(250);
    expect((await own('GetCallerIdentity')).status).toBe(200);
    expect(await update('Off')).toBe(400);
  });

  it('are gone once deleted, and stay known to the state', async () => {
    const { clock, box, api, create } = await fixed();
    const { own, accessKeyId: AccessKeyId } = await create();
    clock.advance(250);
    expect((await api('DeleteAccessKey', { ...USER, AccessKeyId })).status).toBe(200);
    expect((await own('GetCallerIdentity')).code).toBe('InvalidClientTokenId');
    for (const action of ['DeleteAccessKey', 'GetAccessKeyLastUsed'])
      expect(await api(action, { ...USER, AccessKeyId })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
      });
    expect(keysOf(box).at(-1)?.revokedAt).toEqual(expect.any(String));
    expect((await create()).made.status).toBe(200);
  });

  it('can still work for a while after their end, if the world says so', async () => {
    const { clock, api, create } = await fixed({ endDelayMs: 100, listDelayMs: 50 });
    const { own, accessKeyId: AccessKeyId } = await create();
    expect((await api('ListAccessKeys', USER)).values('AccessKeyId')).toHaveLength(1);
    clock.advance(250);
    await api('UpdateAccessKey', { ...USER, AccessKeyId, Status: 'Inactive' });
    clock.advance(99);
    expect((await own('GetCallerIdentity')).status).toBe(200);
    clock.advance(1);
    expect((await own('GetCallerIdentity')).status).toBe(403);
  });

  it('are listed in pages with a marker', async () => {
    const accessKeys = Array.from({ length: 5 }, (_, i) => ({
      accessKeyId: `AKIA${i}`,
      createdAt: '2025-01-01T00:00:00Z',
    }));
    const admin = { accessKeyId: 'AKIAADMIN', secretAccessKey: 's' };
    const users = { admin: { allows: ['iam:*'], accessKeys: [admin] }, ci: { accessKeys } };
    const box = await sandbox({ world: { aws: { users }, s3: {} } });
    expect(box.env).toMatchObject({
      AWS_ACCESS_KEY_ID: 'AKIAADMIN',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_IAM: box.urls.aws,
      AWS_ENDPOINT_URL_STS: box.urls.aws,
    });
    const api = aws(box);
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await api('ListAccessKeys', {
        ...USER,
        MaxItems: '2',
        ...(Marker !== undefined && { Marker }),
      });
      found.push(...page.values('AccessKeyId'));
      expect(page.value('IsTruncated')).toBe(String(page.value('Marker') !== undefined));
      Marker = page.value('Marker');
    } while (Marker !== undefined);
    expect(found).toEqual(accessKeys.map(({ accessKeyId }) => accessKeyId));
    expect((await api('ListAccessKeys', { ...USER, Marker: 'x' })).status).toBe(400);
  });

  it('remember their last use: where, and when', async () => {
    const { clock, api, create } = await fixed({ lastUsedDelayMs: 1000 });
    const { own, accessKeyId: AccessKeyId } = await create();
    const ask = async () => {
      const { value } = await api('GetAccessKeyLastUsed', { AccessKeyId });
      return [value('UserName'), value('ServiceName'), value('Region'), value('LastUsedDate')];
    };
    expect(await ask()).toEqual(['ci', 'N/A', 'N/A', undefined]);
    clock.advance(5500);
    await own('GetCallerIdentity');
    expect(await ask()).toEqual(['ci', 'N/A', 'N/A', undefined]);
    clock.advance(1000);
    expect(await ask()).toEqual(['ci', 'sts', 'us-east-1', '2026-01-15T00:00:05Z']);
  });

  it('belong to users that can be looked up', async () => {
    const { api } = await fixed();
    const user = await api('GetUser', USER);
    expect([user.value('UserName'), user.value('Arn')]).toEqual([
      'ci',
      'arn:aws:iam::417203958164:user/ci',
    ]);
    expect((await api('GetUser')).value('UserName')).toBe('admin');
    expect((await api('GetUser', { UserName: 'none' })).code).toBe('NoSuchEntity');
  });
});

describe('requests to AWS', () => {
  it.each<[string, Partial<AwsCredentials>, string]>([
    ['a wrong secret', { secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAOTHER' }, 'InvalidClientTokenId'],
    ['a session token', { sessionToken: 't' }, 'InvalidClientTokenId'],
    ['another service', { service: 's3' }, 'SignatureDoesNotMatch'],
    ['another region', { region: 'eu-west-1' }, 'SignatureDoesNotMatch'],
    ['an old date', { now: () => Date.UTC(2020, 0) }, 'SignatureDoesNotMatch'],
  ])('with %s are refused', async (_, credentials, code) => {
    const box = await sandbox();
    for (const action of ['ListAccessKeys', 'GetCallerIdentity']) {
      const answered = await aws(box, credentials)(action);
      expect([answered.status, answered.code]).toEqual([403, code]);
      expect(answered.value('RequestId')).toEqual(expect.any(String));
    }
  });

  it('without a signature, or with another body than was signed, are refused', async () => {
    const box = await sandbox();
    const body = 'Action=GetUser&Version=2010-05-08';
    const init = { method: 'POST', body };
    expect((await reply(await fetch(box.urls.aws, init))).code).toBe('MissingAuthenticationToken');
    const headers = { authorization: 'Bearer x' };
    expect((await reply(await fetch(box.urls.aws, { ...init, headers }))).code).toBe(
      'IncompleteSignature',
    );
    let signed: Headers | undefined;
    const { AwsClient } = await import('aws4fetch');
    const client = new AwsClient({
      accessKeyId: box.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: box.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      region: 'us-east-1',
      service: 'iam',
    });
    ({ headers: signed } = await client.sign(box.urls.aws, { ...init, headers: {} }));
    const send = async (text: string) =>
      (await reply(await fetch(box.urls.aws, { method: 'POST', headers: signed, body: text })))
        .status;
    expect(await send(body)).toBe(200);
    expect(await send(`${body}&UserName=ci`)).toBe(403);
  });

  it('need a policy, except the one for the own identity', async () => {
    const { box, as } = await fixed();
    const [{ accessKeyId = '', secretAccessKey = '' } = {}] = keysOf(box);
    const own = as({ accessKeyId, secretAccessKey });
    expect((await own('GetCallerIdentity')).status).toBe(200);
    for (const action of ['CreateAccessKey', 'ListAccessKeys', 'GetUser'])
      expect(await own(action)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('may be allowed for the own user alone', async () => {
    const key = { accessKeyId: 'AKIAOWN', secretAccessKey: 's' };
    const allows = ['iam:CreateAccessKey@self', 'iam:ListAccessKeys'];
    const users = { ci: { allows, accessKeys: [key] }, other: {} };
    const api = aws(await sandbox({ world: { aws: { users } } }), key);
    expect((await api('CreateAccessKey')).value('UserName')).toBe('ci');
    expect((await api('CreateAccessKey', { UserName: 'other' })).code).toBe('AccessDenied');
    expect((await api('ListAccessKeys', { UserName: 'other' })).status).toBe(200);
  });

  it('for what there is not are refused', async () => {
    const { api } = await fixed();
    expect((await api('CreateUser', USER)).code).toBe('InvalidAction');
    expect((await api('GetUser', { Version: '2020-01-01' })).code).toBe('InvalidAction');
  });

  it('can be lost like everything else', async () => {
    const { box, api } = await fixed();
    await control(box)('POST', '/faults', {
      provider: 'aws',
      times: 1,
      action: { dropResponse: true },
    });
    await expect(api('CreateAccessKey', USER)).rejects.toThrow('fetch failed');
    expect(keysOf(box)).toHaveLength(2);
    const { body } = await control(box)('GET', '/requests');
    expect(body).toMatchObject([{ provider: 'aws', method: 'POST', dropped: true }]);
  });
});

describe('AWS in the sandbox', () => {
  it('can be changed by others', async () => {
    const { clock, box, as } = await fixed();
    const [{ accessKeyId = '', secretAccessKey = '' } = {}] = keysOf(box);
    const own = as({ accessKeyId, secretAccessKey });
    const change = async (op: string, id = accessKeyId) =>
      (await control(box)('POST', '/admin', { provider: 'aws', op, id })).status;
    expect(await change('disable')).toBe(200);
    expect((await own('GetCallerIdentity')).status).toBe(403);
    expect(await change('enable')).toBe(200);
    clock.advance(250);
    expect((await own('GetCallerIdentity')).status).toBe(200);
    expect(await change('revoke')).toBe(200);
    expect([await change('revoke'), await change('other')]).toEqual([404, 400]);
    const create = { provider: 'aws', op: 'create', name: 'ci' };
    const made = async () => (await control(box)('POST', '/admin', create)).status;
    expect([await made(), await made(), await made()]).toEqual([200, 200, 404]);
  });

  it('is part of a world that can be opened again', async () => {
    const { box, create } = await fixed();
    await create();
    const world = box.state();
    expect((await control(box)('POST', '/seed', world)).status).toBe(204);
    expect(box.state()).toEqual(world);
  });

  it('has keys that jobs use', async () => {
    const { box, api } = await fixed();
    const [{ accessKeyId = '', secretAccessKey = '' } = {}] = keysOf(box);
    const write = (name: string, value: string) =>
      control(box)('POST', '/admin', { op: 'write', sink: 'github:acme/web', name, value });
    await write('KEY', accessKeyId);
    await write('SECRET', secretAccessKey);
    const names = { accessKeyId: 'KEY', secretAccessKey: 'SECRET' };
    const job = { sink: 'github:acme/web', use: 'aws-iam', names };
    const run = async () => (await control(box)('POST', '/ci-job', job)).body;
    expect(await run()).toEqual({ ok: true, status: 200, tokenId: accessKeyId });
    await write('SECRET', 'x');
    expect(await run()).toEqual({ ok: false, status: 403, tokenId: accessKeyId });
    await write('SECRET', secretAccessKey);
    await api('DeleteAccessKey', { ...USER, AccessKeyId: accessKeyId });
    expect(await run()).toEqual({ ok: false, status: 403, tokenId: accessKeyId });
  });
});
