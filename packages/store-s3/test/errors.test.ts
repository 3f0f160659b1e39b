import { inspect } from 'node:util';

import type { AdapterContext } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { adapterContext, errorOf, startServer } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';
import type { S3World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { s3Store } from '../src/index.ts';
import { BUCKET, collect, locationOf, openWorld, world, type World } from './support.ts';
import { createS3Store } from '../src/s3-store.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const TOKEN = 'IQoJb3JpZ2luX2Vj/qrs+tuv==';
const key = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: SECRET, sessionToken: TOKEN };
const s3: S3World = { buckets: { [BUCKET]: {} }, keys: [key] };

/** Every call of a store, each with what it needs. */
function callsOf(store: StateStore): readonly (readonly [string, () => Promise<unknown>])[] {
  return [
    ['open', () => store.open('one')],
    ['history', () => collect(store.history('one'))],
    ['lock', () => store.lock('one', 'writer')],
    ['rotations', () => store.rotations()],
    ['holders', () => store.holders('token')],
    ['holder', async () => store.holder?.('one')],
    ['unlock', async () => store.unlock?.('one')],
    ['claim', () => store.claim('one', 'key')],
    ['now', async () => store.now?.()],
  ];
}

/** A store through the adapter, with the variables of the sandbox and some others. */
function through(place: World, env: Record<string, string | undefined>): Promise<StateStore> {
  const context = { ...place.context, env: { ...place.box.env, ...env } };
  return s3Store.open(`s3://${BUCKET}/state`, context);
}

describe('a store that is refused', () => {
  it.each([
    [
      'a wrong secret',
      { AWS_SECRET_ACCESS_KEY: 'wrong-secret-0123456789' },
      /signature does not match/,
      /AWS_SECRET_ACCESS_KEY/,
    ],
    [
      'an unknown key',
      { AWS_ACCESS_KEY_ID: 'AKIAOTHER' },
      /access key is unknown/,
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      'no session token',
      { AWS_SESSION_TOKEN: '' },
      /session token is invalid/,
      /AWS_SESSION_TOKEN/,
    ],
    ['another region', { AWS_REGION: 'eu-west-1' }, /region us-east-1/, /AWS_REGION=us-east-1/],
  ])('for %s says so in every call', async (_, env, message, hint) => {
    const place = await world({ s3 });
    const store = await through(place, env);
    for (const [name, call] of callsOf(store)) {
      const error = await errorOf(call()).catch(() => undefined);
      // Any response tells the time.
      if (name === 'now' && error === undefined) continue;
      expect([name, error?.code, error?.effect]).toEqual([name, 'STATE_FAILED', 'none']);
      expect(error?.message).toMatch(message);
      expect(error?.hint).toMatch(hint);
    }
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'without %s makes no request',
    async (name) => {
      const place = await world({ s3 });
      const store = await through(place, { [name]: '' });
      for (const [, call] of callsOf(store)) {
        const error = await errorOf(call());
        expect([error.code, error.effect]).toEqual(['CREDENTIALS_MISSING', 'none']);
        expect(error.message).toContain(name);
      }
      const report = await store.check?.();
      expect(report?.problems.map(({ code }) => code)).toEqual(['CREDENTIALS_MISSING']);
      expect(await place.requests()).toEqual([]);
    },
  );

  it('for a clock that is wrong says that', async () => {
    const place = await world({ s3, clocks: { s3: { frontOffsetMs: 20 * 60_000 } } });
    const error = await errorOf((await place.open()).open('one'));
    expect(error.message).toContain("machine's clock is wrong");
    expect(error.hint).toContain('15 minutes');
  });

  it('for a bucket that does not exist says that', async () => {
    const place = await world({ s3: { ...s3, buckets: {} } });
    const error = await errorOf((await place.open()).lock('one', 'writer'));
    expect(error.message).toContain('NoSuchBucket');
  });

  it.each([
    ['list', /s3:ListBucket/],
    ['get', /s3:GetObject/],
    ['put', /s3:PutObject/],
  ] as const)('for the missing permission to %s names it', async (missing, hint) => {
    const allows = (['get', 'put', 'delete', 'list'] as const).filter((one) => one !== missing);
    const place = await world({ s3: { ...s3, keys: [{ ...key, allows }] } });
    const report = await (await place.open()).check?.();
    expect(report?.problems[0]?.message).toContain('access denied');
    expect(report?.problems[0]?.hint).toMatch(hint);
  });

  it('shows no secret anywhere, whatever goes wrong', async () => {
    const place = await world({ s3 });
    const echo = `<Error><Code>SignatureDoesNotMatch</Code><Message>${SECRET} ${TOKEN}\n::error::</Message></Error>`;
    const unknown = `<Error><Code>Odd</Code><Message>${SECRET} ${encodeURIComponent(TOKEN)}\n::error::x</Message></Error>`;
    for (const action of [
      { status: 403, body: echo },
      { status: 400, body: unknown },
      { status: 500, body: unknown },
      { status: 200, body: SECRET },
      { reset: true },
    ]) {
      await place.clearFaults();
      await place.faults({ provider: 's3', action });
      const store = await through(place, {});
      const errors: unknown[] = [store, await store.check?.()];
      for (const [, call] of callsOf(store))
        errors.push(await call().catch((error: unknown) => error));
      const shown = errors.map((error) =>
        [inspect(error, { depth: 9 }), JSON.stringify(error), String(error)].join(),
      );
      for (const text of shown) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(TOKEN);
        expect(text).not.toContain(encodeURIComponent(TOKEN));
        expect(text).not.toMatch(/^::error::/m);
      }
    }
    const requests = await place.requests();
    expect(
      requests.some(({ requestHeaders }) => requestHeaders['x-amz-security-token'] === TOKEN),
    ).toBe(true);
    for (const { path, requestBody } of requests)
      expect(`${path} ${requestBody}`).not.toContain(SECRET);
  });
});

describe('a store that is sent elsewhere', () => {
  it.each([
    [
      301,
      { 'x-amz-bucket-region': 'eu-central-1' },
      '<Error><Code>PermanentRedirect</Code></Error>',
      /region eu-central-1/,
    ],
    [301, {}, '<Error><Code>PermanentRedirect</Code></Error>', /in another region/],
    [
      307,
      { 'x-amz-bucket-region': 'evil.example/' },
      '<Error><Code>TemporaryRedirect</Code><Region>eu-west-3</Region></Error>',
      /region eu-west-3/,
    ],
    [
      400,
      {},
      '<Error><Code>AuthorizationHeaderMalformed</Code><Region>ap-south-1</Region></Error>',
      /region ap-south-1/,
    ],
    [400, {}, '<Error><Code>AuthorizationHeaderMalformed</Code></Error>', /another region/],
  ])('by %s %j names the region', async (status, headers, body, message) => {
    const place = await world();
    await place.faults({ provider: 's3', action: { status, headers, body } });
    const error = await errorOf((await place.open()).open('one'));
    expect(error.code).toBe('STATE_FAILED');
    expect(error.message).toMatch(message);
    expect(error.hint).toContain('AWS_REGION');
    expect(`${error.message}${error.hint}`).not.toContain('evil');
  });

  it('follows no redirect to another host', async () => {
    const place = await openWorld();
    const fetch = createFetch({ ...place.context, env: {} });
    onTestFinished(async () => {
      await fetch.close();
      await place.close();
    });
    await using other = await startServer({});
    const location = `${other.url}/x`;
    await place.faults({ provider: 's3', action: { status: 307, headers: { location } } });
    const store = await place.open('alpha', { context: { ...place.context, fetch } });
    const error = await errorOf(store.open('one'));
    expect(error.code).toBe('STATE_FAILED');
    expect(other.received).toEqual([]);
  });
});

describe('a server that is not S3', () => {
  it.each([
    ['a page', { status: 200, body: '<html></html>' }],
    ['nothing', { status: 200, body: '' }],
    ['another 404', { status: 404, body: '<html>not here</html>' }],
    ['half a list', { status: 200, body: '<ListBucketResult><IsTruncated>false</IsTruncated>' }],
    ['JSON', { status: 418, body: '{"message":"no"}' }],
  ])('answers with %s', async (_, action) => {
    const place = await world();
    await place.faults({ provider: 's3', action });
    const store = await place.open();
    for (const [name, call] of callsOf(store)) {
      if (name === 'now') continue;
      const error = await errorOf(call());
      expect([name, error.code]).toEqual([name, 'STATE_FAILED']);
      expect(error.message).not.toContain('\n');
    }
  });

  it('lists without end', async () => {
    const place = await world();
    const body =
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>';
    await place.faults({ provider: 's3', action: { status: 200, body } });
    const error = await errorOf((await place.open()).rotations());
    expect(error.message).toContain('does not end');
  });
});

describe('a server that never answers', () => {
  const hanging: AdapterContext['fetch'] = (_, init) =>
    new Promise((__, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const env = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: SECRET };
  const context = adapterContext({ env, fetch: hanging });

  it('ends every call', async () => {
    const store = createS3Store({ location: locationOf('s3://acme'), context, patience: 5 });
    const signal = new AbortController().signal;
    const calls = [
      () => store.open('one', { signal }),
      () => store.lock('one', 'writer', { signal }),
      () => store.rotations({ signal }),
      () => store.holders('token', { signal }),
      () => store.holder('one', { signal }),
      () => store.unlock('one', { signal }),
      () => store.claim('one', 'key', { signal }),
      () => store.now({ signal }),
    ];
    for (const call of calls) {
      const error = await errorOf(call());
      expect([error.code, error.message]).toEqual([
        'STATE_FAILED',
        expect.stringContaining('timed out'),
      ]);
    }
    const { problems } = await store.check({ signal });
    expect(problems[0]?.message).toContain('timed out');
  });

  it('can be interrupted', async () => {
    const store = await s3Store.open('s3://acme', context);
    const aborting = new AbortController();
    const o = { signal: aborting.signal };
    const waiting = [
      store.open('one', o),
      store.lock('one', 'writer', o),
      store.claim('one', 'key', o),
    ];
    const history = collect(store.history('one', o));
    aborting.abort();
    for (const call of [...waiting, history])
      expect((await errorOf(call)).code).toBe('INTERRUPTED');
  });
});
