import type { TokenInfo } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { ACCOUNT, ACTING, ALLOWS, call, changes, told, users, world } from './support/world.ts';

const OLD = { accessKeyId: 'AKIAOLDOLDOLDOLDOLD2', createdAt: '2026-01-01T00:00:00.000Z' };

async function all(tokens: AsyncIterable<TokenInfo>): Promise<readonly TokenInfo[]> {
  const found: TokenInfo[] = [];
  for await (const token of tokens) found.push(token);
  return found;
}

const ok = (action: string, result: string) => ({
  status: 200,
  body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
});
const key = (id: string, more = '') =>
  `<member><UserName>ci</UserName><AccessKeyId>${id}</AccessKeyId><Status>Active</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate>${more}</member>`;
const keys = (members: string, more = '<IsTruncated>false</IsTruncated>') =>
  ok('ListAccessKeys', `<AccessKeyMetadata>${members}</AccessKeyMetadata>${more}`);
const unused = ok(
  'GetAccessKeyLastUsed',
  '<AccessKeyLastUsed><Region>N/A</Region></AccessKeyLastUsed>',
);
const error = (status: number, code: string, message = 'no') => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

describe('the keys of a user', () => {
  it('are listed with their status and their last use', async () => {
    const { issuer } = await world({
      users: users([
        { ...OLD, status: 'Inactive' },
        {
          accessKeyId: 'AKIANEWNEWNEWNEWNEW2',
          lastUsedAt: '2026-11-20T08:00:00.000Z',
          lastUsedService: 's3',
        },
      ]),
    });
    const [first, second] = await all(issuer.list(call));
    expect(first).toMatchObject({ id: OLD.accessKeyId, label: OLD.accessKeyId, disabled: true });
    expect(first?.lastUsedAt).toBeUndefined();
    expect(Date.parse(second?.lastUsedAt ?? '')).toBeLessThanOrEqual(
      Date.parse('2026-11-20T08:00:00.000Z'),
    );
    expect(second?.disabled).toBeUndefined();
  });

  it('are read from every page', async () => {
    const behaviour = { keysPerUser: 9, pageSize: 2, propagationMs: 0 };
    const ids = Array.from({ length: 7 }, (_, i) => `AKIASEEDEDSEEDED${1000 + i}`);
    const accessKeys = ids.map((accessKeyId) => ({ accessKeyId }));
    const { issuer, requests } = await world({ behaviour, users: users(accessKeys) });
    expect((await all(issuer.list(call))).map(({ id }) => id)).toEqual(ids);
    expect(await issuer.get(ids[6] ?? '', call)).toMatchObject({ permissions: [] });
    expect(await issuer.find('', { ...call, known: ids.slice(0, 6) })).toMatchObject([
      { id: ids[6] },
    ]);
    const lists = (await requests()).filter(({ requestBody }) =>
      requestBody.includes('ListAccessKeys'),
    );
    expect(lists.length).toBe(12);
  });

  it('are not read without the right to ask for their last use', async () => {
    const allows = ALLOWS.filter((one) => one !== 'iam:GetAccessKeyLastUsed');
    const { issuer } = await world({ users: users([OLD], allows) });
    const refused = await failure(all(issuer.list(call)));
    expect(refused.code).toBe('PERMISSION_DENIED');
    expect(refused.hint).toContain('iam:GetAccessKeyLastUsed');
  });

  it('of a user that does not exist are not none', async () => {
    const { issuer } = await world({}, { user: 'nobody' });
    for (const attempt of [
      () => issuer.check(call),
      () => issuer.find('', { ...call, known: [] }),
      () => issuer.get(OLD.accessKeyId, call),
      () => issuer.revoke(OLD.accessKeyId, call),
    ])
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await failure(attempt())).code).toBe('TARGET_NOT_FOUND');
  });
});

describe('a limit of two keys', () => {
  it('is known before anything is made', async () => {
    for (const [existing, room] of [
      [[], 2],
      [[OLD], 1],
      [[OLD, { accessKeyId: 'AKIANEWNEWNEWNEWNEW2' }], 0],
    ] as const) {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const { issuer } = await world({ users: users(existing) });
      expect(issuer.supports).toMatchObject({ most: 2, find: 'candidates', disable: true });
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await issuer.check(call)).room).toBe(room);
    }
  });

  it('is what AWS says if it is reached all the same', async () => {
    const { issuer, keys: there } = await world({
      users: users([OLD, { accessKeyId: 'AKIANEWNEWNEWNEWNEW2' }]),
    });
    const refused = await failure(issuer.issue({ label: 'keyturn-a' }, call));
    expect(refused).toMatchObject({ code: 'LIMIT_REACHED', effect: 'none' });
    expect(there()).toHaveLength(2);
  });
});

describe('a new key', () => {
  it('has the fields that AWS’s clients read', async () => {
    const { issuer, keys: there } = await world();
    const { token, fields } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(there()).toMatchObject([{ accessKeyId: token.id }]);
    expect(fields['accessKeyId']).toBe(token.id);
    expect(String(fields['secretAccessKey'])).toBe('[secret]');
  });

  it.each([{ ttl: 3_600_000 }, { permissions: ['s3:GetObject'] }])(
    'is not asked for with what it cannot have: %j',
    async (request) => {
      const { issuer, requests } = await world();
      const refused = await failure(issuer.issue({ label: 'keyturn-a', ...request }, call));
      expect(refused).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
      expect(await requests()).toEqual([]);
    },
  );

  it('is asked for once, whatever becomes of the answer', async () => {
    for (const action of [{ dropResponse: true }, { status: 500, body: 'no' }, { status: 502 }]) {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const { issuer, fault, requests } = await world();
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      await fault({ method: 'POST', times: 1, action });
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const lost = await failure(issuer.issue({ label: 'keyturn-a' }, call));
      expect(lost.effect).toBe('unknown');
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const posts = (await requests()).filter(({ requestBody }) => changes(requestBody));
      expect(posts).toHaveLength(1);
    }
  });

  it('is asked for again if AWS was too busy, which means that it made none', async () => {
    const made = ok(
      'CreateAccessKey',
      `<AccessKey><UserName>ci</UserName><AccessKeyId>AKIANEWNEWNEWNEWNEW2</AccessKeyId><Status>Active</Status><SecretAccessKey>CANARYnewCANARYnewCANARYnewCANARYnewCAN+</SecretAccessKey></AccessKey>`,
    );
    const { issuer, actions, clock } = await told({
      CreateAccessKey: (count) => (count < 2 ? error(400, 'Throttling', 'Rate exceeded') : made),
    });
    const started = clock.now();
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(token).toMatchObject({ id: 'AKIANEWNEWNEWNEWNEW2', label: 'keyturn-a' });
    expect(actions).toHaveLength(3);
    expect(clock.now() - started).toBeGreaterThanOrEqual(3_000);
  });

  it('is not asked for forever', async () => {
    const { issuer, actions } = await told({ CreateAccessKey: error(400, 'Throttling') });
    const refused = await failure(issuer.issue({ label: 'keyturn-a' }, call));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', effect: 'none' });
    expect(actions).toHaveLength(5);
  });
});

describe('the end of a key', () => {
  it('can be taken back until it is deleted', async () => {
    const { issuer, keys: there, sandbox } = await world({ users: users([OLD]) });
    await issuer.disable?.(OLD.accessKeyId, call);
    expect(there()).toMatchObject([{ status: 'Inactive' }]);
    await issuer.enable?.(OLD.accessKeyId, call);
    expect(there()).toMatchObject([{ status: 'Active' }]);
    expect(await issuer.revoke(OLD.accessKeyId, call)).toBe('revoked');
    expect(await issuer.revoke(OLD.accessKeyId, call)).toBe('gone');
    expect(sandbox.state().aws?.users?.['keyturn']?.accessKeys).toHaveLength(1);
  });

  it('is repeated if its answer was lost', async () => {
    const { issuer, fault, keys: there } = await world({ users: users([OLD]) });
    await fault({ method: 'POST', times: 1, action: { dropResponse: true } });
    expect(await issuer.revoke(OLD.accessKeyId, call)).toBe('gone');
    expect(there()).toEqual([]);
  });

  it('is no proof that it existed in this account', async () => {
    const { issuer } = await world({}, { user: 'ci', account: '111122223333' });
    for (const attempt of ['get', 'revoke'] as const) {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const refused = await failure(issuer[attempt](OLD.accessKeyId, call));
      expect(refused.code).toBe('TARGET_NOT_FOUND');
      expect(refused.hint).toContain('account');
    }
    expect((await failure(issuer.find('', { ...call, known: [] }))).code).toBe('TARGET_NOT_FOUND');
    expect((await failure(issuer.check(call))).code).toBe('TARGET_NOT_FOUND');
  });

  it('is not taken for done if AWS shows the key all the same', async () => {
    const { issuer } = await told({
      DeleteAccessKey: error(404, 'NoSuchEntity'),
      ListAccessKeys: keys(key(OLD.accessKeyId)),
    });
    expect((await failure(issuer.revoke(OLD.accessKeyId, call))).code).toBe('TARGET_NOT_FOUND');
  });

  it.each([
    '',
    'akia',
    'AKIAOLDOLDOLDOLDOLD2&UserName=root',
    'CANARY/secret+CANARY/secret+CANARYsecret',
  ])('sends nothing for %j, and does not repeat it', async (id) => {
    const { issuer, requests } = await world();
    for (const attempt of ['get', 'revoke', 'disable', 'enable'] as const)
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await failure(issuer[attempt]?.(id, call) ?? Promise.resolve())).code).toBe(
        'USAGE_INVALID',
      );
    expect(await requests()).toEqual([]);
  });
});

describe('an answer that is not what AWS says', () => {
  it.each([
    ['a page', { status: 200, body: '<html><body>Sign in</body></html>' }],
    ['JSON', { status: 200, body: '{}' }],
    ['nothing', { status: 200, body: '' }],
    ['another action', ok('ListUsers', '<IsTruncated>false</IsTruncated>')],
    ['no list', ok('ListAccessKeys', '<IsTruncated>false</IsTruncated>')],
    ['no end', keys('', '<Marker>x</Marker>')],
    ['an end that is neither', keys('', '<IsTruncated>no</IsTruncated>')],
    ['a key of somebody else', keys(key(OLD.accessKeyId).replace('>ci<', '>root<'))],
    ['a key without an id', keys(key(''))],
    ['an id that is more', keys(key('AKIA-x&amp;UserName'))],
    ['a key without a date', keys(key(OLD.accessKeyId).replace('2026-01', 'x'))],
    ['a status of another kind', keys(key(OLD.accessKeyId).replace('Active', 'Asleep'))],
    ['a page without a marker', keys('', '<IsTruncated>true</IsTruncated>')],
    ['a marker that stays', keys('', '<IsTruncated>true</IsTruncated><Marker>x</Marker>')],
  ])('to a list proves nothing: %s', async (_, reply) => {
    const { issuer } = await told({ ListAccessKeys: reply });
    const refused = await failure(issuer.find('', { ...call, known: [] }));
    expect(refused).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
  });

  it('to the question for the last use is not taken for «never»', async () => {
    for (const reply of [
      ok('GetAccessKeyLastUsed', ''),
      ok(
        'GetAccessKeyLastUsed',
        '<AccessKeyLastUsed><LastUsedDate>soon</LastUsedDate></AccessKeyLastUsed>',
      ),
    ]) {
      const replies = { ListAccessKeys: keys(key(OLD.accessKeyId)), GetAccessKeyLastUsed: reply };
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      const { issuer } = await told(replies);
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await failure(issuer.get(OLD.accessKeyId, call))).code).toBe('ANSWER_INVALID');
    }
  });

  it.each([
    ['nothing', ''],
    [
      'no secret',
      '<AccessKey><UserName>ci</UserName><AccessKeyId>AKIANEWNEWNEWNEWNEW2</AccessKeyId><Status>Active</Status></AccessKey>',
    ],
    [
      'a secret that cannot be sent',
      '<AccessKey><AccessKeyId>AKIANEWNEWNEWNEWNEW2</AccessKeyId><Status>Active</Status><SecretAccessKey>CANARY&#10;CANARYCANARYCANARY</SecretAccessKey></AccessKey>',
    ],
  ])('to a creation may have made one: %s', async (_, result) => {
    const { issuer } = await told({ CreateAccessKey: ok('CreateAccessKey', result) });
    const lost = await failure(issuer.issue({ label: 'keyturn-a' }, call));
    expect(lost).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('is shown without secrets and control characters', async () => {
    const said = `${ACTING.secretAccessKey} &#27;[2J &#x202e;`;
    const { issuer } = await told({ ListAccessKeys: error(403, 'AccessDenied', said) });
    const refused = await failure(issuer.find('', { ...call, known: [] }));
    expect(refused.message).toContain('AccessDenied');
  });

  it('tells a wrong clock from a wrong secret', async () => {
    const { issuer } = await told({
      ListAccessKeys: error(403, 'SignatureDoesNotMatch', 'Signature expired: 20261124T090000Z'),
    });
    expect((await failure(issuer.find('', { ...call, known: [] }))).hint).toContain('clock');
  });

  it('may leave out what other servers leave out, and put errors into a list', async () => {
    const { issuer } = await told({
      ListAccessKeys: (count) =>
        count === 0
          ? keys(key(OLD.accessKeyId), '')
          : {
              status: 403,
              body: '<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>no</Message></Error></Errors></ErrorResponse>',
            },
    });
    expect(await issuer.find('', { ...call, known: [] })).toHaveLength(1);
    const refused = await failure(issuer.find('', { ...call, known: [] }));
    expect(refused.code).toBe('PERMISSION_DENIED');
  });

  it('to a read is asked for again if AWS failed, and never has an effect', async () => {
    const failing = { status: 500, body: 'no' };
    const { issuer, actions } = await told({
      ListAccessKeys: (count) => (count < 2 ? failing : keys('')),
    });
    expect(await issuer.find('', { ...call, known: [] })).toEqual([]);
    expect(actions).toHaveLength(3);
    const { issuer: broken } = await told({ ListAccessKeys: failing });
    const refused = await failure(broken.find('', { ...call, known: [] }));
    expect(refused).toMatchObject({ code: 'REMOTE_FAILED', effect: 'none' });
  });

  it('of a list with nothing in it is good', async () => {
    const { issuer } = await told({ ListAccessKeys: keys(''), GetAccessKeyLastUsed: unused });
    expect(await issuer.find('', { ...call, known: [] })).toEqual([]);
  });
});

it('two accounts have two ids', async () => {
  const { issuer, open } = await world();
  expect(issuer.id).toBe(`aws-iam:${ACCOUNT}/ci`);
  expect((await open({ user: 'ci' })).id).toBe('aws-iam:ci');
});
