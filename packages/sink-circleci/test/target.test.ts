import { parseTarget } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { parseCircleciTarget, type CircleciTarget } from '../src/target.ts';
import { call, contextFor, openSink } from './context.ts';
import { ID } from './server.ts';

const parse = (text: string): CircleciTarget => parseCircleciTarget(parseTarget(text));

describe('a target', () => {
  it.each([
    ['circleci:gh/acme/web', 'circleci:gh/acme/web', 'gh/acme/web'],
    ['circleci:github/Acme/Web.js', 'circleci:gh/acme/web.js', 'gh/Acme/Web.js'],
    ['circleci:bitbucket/acme/web', 'circleci:bb/acme/web', 'bb/acme/web'],
    ['circleci:circleci/9Yyt/44n9', 'circleci:circleci/9Yyt/44n9', 'circleci/9Yyt/44n9'],
  ])('%s is the project %s', (text, id, slug) => {
    expect(parse(text)).toMatchObject({ kind: 'project', id, slug });
    expect(parse(id).id).toBe(id);
  });

  it.each([
    ['circleci:gh/acme?context=deploy', 'circleci:gh/acme?context=deploy', 'deploy'],
    ['circleci:github/Acme?context=Deploy', 'circleci:gh/acme?context=Deploy', 'Deploy'],
    ['circleci:gh/acme?context=a b%26c', 'circleci:gh/acme?context=a%20b%26c', 'a b&c'],
    [`circleci:gh/acme?context=${ID.toUpperCase()}`, `circleci:gh/acme?context=${ID}`, ID],
    [`circleci:${ID.toUpperCase()}?context=deploy`, `circleci:${ID}?context=deploy`, 'deploy'],
    ['circleci:circleci/9Yyt?context=deploy', 'circleci:circleci/9Yyt?context=deploy', 'deploy'],
  ])('%s is the context %s', (text, id, context) => {
    expect(parse(text)).toMatchObject({ kind: 'context', id, context });
    expect(parse(id).id).toBe(id);
  });

  it('keeps how the owner was written, slug or id', () => {
    expect(parse('circleci:github/Acme?context=a')).toMatchObject({ owner: { slug: 'gh/Acme' } });
    expect(parse(`circleci:${ID}?context=a`)).toMatchObject({ owner: { id: ID } });
  });

  it.each([
    'circleci:',
    'circleci:gh',
    'circleci:gh/',
    'circleci:gh/acme',
    'circleci:gh/acme/',
    'circleci:gh//web',
    'circleci:gh/acme/..',
    'circleci:gh/../web',
    'circleci:gh/acme%2Fweb/x',
    'circleci:gh/acme/web/x',
    'circleci:gh/acme/*',
    'circleci:acme/web',
    'circleci:toString/acme/web',
    'circleci:https://circleci.com/gh/acme/web',
    `circleci:${ID}`,
    `circleci:${ID}/web?context=deploy`,
    'circleci:gh/acme/web?context=deploy',
    'circleci:gh/acme?context=',
    'circleci:gh/acme?context=a%00b',
    `circleci:gh/acme?context=${'c'.repeat(201)}`,
    'circleci:gh/acme?context=a&name=b',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID', effect: 'none' }),
    );
  });

  it.each([
    ['circleci:gh/acme?contxt=deploy', 'Did you mean context?'],
    ['circleci:githb/acme/web', 'Did you mean github/acme/web?'],
    ['circleci:acme/web', expect.stringContaining('circleci:VCS/ORG/PROJECT')],
  ])('%s is answered: %s', (text, hint: unknown) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'TARGET_INVALID', hint }));
  });
});

describe('opening a sink', () => {
  it('needs neither a request nor credentials', async () => {
    const nothing = { env: {}, fetch: () => expect.fail('a request was made') };
    const sink = await openSink('circleci:gh/acme/web', '', nothing);
    expect(sink).toMatchObject({
      kind: 'circleci',
      id: 'circleci:gh/acme/web',
      specVersion: 1,
      supports: { readBack: 'tail', atomic: false, remove: true },
    });
  });

  it('refuses names that CircleCI refuses', async () => {
    const { limits } = await openSink('circleci:gh/acme/web', 'http://127.0.0.1:1');
    for (const name of ['TOKEN', 'token_2', '_x', 'A'.repeat(300)])
      expect(name).toMatch(limits.name!);
    for (const name of ['2ND', 'A-B', 'A B', '', 'Ä', 'A\n', 'A/B', 'A'.repeat(301)])
      expect(name).not.toMatch(limits.name!);
    expect(limits.maxBytes).toBe(32_768);
  });

  it.each([
    'http://circleci.example.com',
    'https://user:pass@circleci.example.com',
    'ftp://x',
    'x',
  ])('refuses the address %s', async (url) => {
    const error = await errorOf(openSink('circleci:gh/acme/web', url));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.message).toContain('CIRCLE_HOST');
    expect(error.message).not.toContain('user:pass');
  });

  it.each([{}, { CIRCLECI_TOKEN: ' ' }])(
    'says which variable is missing when the first request needs it: %j',
    async (env) => {
      const context = contextFor('', { env, fetch: () => expect.fail('a request was made') });
      const sink = await openSink('circleci:gh/acme/web', '', context);
      const error = await errorOf(sink.check(['TOKEN'], call));
      expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING', effect: 'none' });
      expect(error.message).toMatch(/CIRCLECI_TOKEN.*CIRCLE_TOKEN/);
    },
  );

  it.each([
    [{}, 'https://circleci.com/api/v2/project/gh/acme/web/envvar', 'one'],
    [{ CIRCLE_HOST: 'https://ci.example.com/' }, 'https://ci.example.com/api/v2/', 'one'],
    [{ CIRCLECI_TOKEN: '' }, 'https://circleci.com/api/v2/', 'two'],
  ])('asks the right host with the right token: %j', async (env, start, token) => {
    const asked: unknown[] = [];
    const fetch = (url: string, init?: { headers?: object }): Promise<Response> => {
      asked.push([url, init?.headers]);
      return Promise.resolve(Response.json({ items: [], next_page_token: null }));
    };
    const both = { CIRCLECI_TOKEN: 'one', CIRCLE_TOKEN: 'two' };
    const sink = await openSink('circleci:gh/acme/web', '', { env: { ...both, ...env }, fetch });
    await sink.check(['TOKEN'], call);
    const headers = { accept: 'application/json', 'circle-token': token };
    expect(asked).toContainEqual([expect.stringMatching(`^${start}`), headers]);
    expect(asked.filter((one) => !JSON.stringify(one).includes(JSON.stringify(headers)))).toEqual(
      [],
    );
  });

  it.each([
    [undefined, 'https://circleci.com/api/v2'],
    ['https://app.circleci.com', 'https://circleci.com/api/v2'],
    ['https://circleci.com/api/v2', 'https://circleci.com/api/v2'],
    ['https://ci.example.com/', 'https://ci.example.com/api/v2'],
    ['https://notcircleci.com', 'https://notcircleci.com/api/v2'],
  ])('tells the server %s in its one spelling', async (host, server) => {
    const env = host === undefined ? {} : { CIRCLE_HOST: host };
    expect((await openSink('circleci:gh/acme/web', '', { env })).server).toBe(server);
  });
});
