import { parseTarget } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { parseGithubTarget, type GithubTarget } from '../src/target.ts';
import { contextFor, openSink } from './context.ts';

const parse = (text: string): GithubTarget => parseGithubTarget(parseTarget(text));

describe('a target', () => {
  it.each([
    ['github:acme/web', 'github:acme/web', '/repos/{owner}/{repo}/actions/secrets'],
    [
      'github:Acme/Web.js?app=actions',
      'github:acme/web.js',
      '/repos/{owner}/{repo}/actions/secrets',
    ],
    [
      'github:acme/web?environment=Prod%2FEU west',
      'github:acme/web?environment=prod/eu%20west',
      '/repos/{owner}/{repo}/environments/{environment_name}/secrets',
    ],
    [
      'github:acme/web?app=dependabot',
      'github:acme/web?app=dependabot',
      '/repos/{owner}/{repo}/dependabot/secrets',
    ],
    [
      'github:acme/web?app=codespaces',
      'github:acme/web?app=codespaces',
      '/repos/{owner}/{repo}/codespaces/secrets',
    ],
    ['github:ACME?visibility=selected', 'github:acme', '/orgs/{org}/actions/secrets'],
    ['github:acme?app=dependabot', 'github:acme?app=dependabot', '/orgs/{org}/dependabot/secrets'],
  ])('%s is %s', (text, id, path) => {
    const target = parse(text);
    expect(target.id).toBe(id);
    expect(target.scope.path).toBe(path);
    expect(parse(target.id).id).toBe(id);
  });

  it('asks for an environment as it was written, though case is ignored', () => {
    const [one, other] = [
      parse('github:acme/web?environment=Production'),
      parse('github:ACME/web?environment=production'),
    ];
    expect(one.id).toBe(other.id);
    expect(one.parameters['environment_name']).toBe('Production');
  });

  it('says which repositories see what is new in an organization: private ones by default', () => {
    expect(parse('github:acme').visibility).toBe('private');
    expect(parse('github:acme?visibility=all').visibility).toBe('all');
  });

  it.each([
    'github:',
    'github:acme/',
    'github:/web',
    'github:acme/web/x',
    'github:acme/..',
    'github:acme/.',
    'github:../web',
    'github:acme%2Fweb',
    'github:acme/web%2F..',
    'github:acme/web.git',
    'github:acme/*',
    'github:https://github.com/acme/web',
    'github:acme/web?environment=',
    'github:acme/web?environment=..',
    'github:acme/web?environment=a%00b',
    `github:acme/web?environment=${'e'.repeat(256)}`,
    'github:acme/web?environment=production&app=dependabot',
    'github:acme?environment=production',
    'github:acme/web?visibility=all',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID', effect: 'none' }),
    );
  });

  it.each([
    ['github:acme/web?enviroment=production', 'Did you mean environment?'],
    ['github:acme/web?app=dependbot', 'Did you mean dependabot?'],
    ['github:acme?visibilty=all', 'Did you mean visibility?'],
    ['github:acme?visibility=selekted', 'Did you mean selected?'],
    ['github:acme/web.git', '".git"'],
    ['github:acme/web?colour=red', 'environment, app'],
  ])('%s is answered: %s', (text, hint) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID', hint: expect.stringContaining(hint) }),
    );
  });
});

describe('opening a sink', () => {
  it('needs neither a request nor credentials', async () => {
    const sink = await openSink('github:acme/web', '', { env: {}, fetch: () => expect.fail() });
    expect(sink).toMatchObject({ kind: 'github', id: 'github:acme/web', specVersion: 1 });
  });

  it('refuses names that GitHub refuses', async () => {
    const { limits } = await openSink('github:acme/web', 'http://127.0.0.1:1');
    for (const name of ['TOKEN', 'token_2', '_x']) expect(name).toMatch(limits.name!);
    for (const name of ['GITHUB_X', 'github_x', '2ND', 'A-B', 'A B', '', 'Ä', 'A\n'])
      expect(name).not.toMatch(limits.name!);
  });

  it.each(['http://github.example.com', 'https://user:pass@github.example.com', 'ftp://x', 'x'])(
    'refuses the address %s',
    async (url) => {
      const error = await errorOf(openSink('github:acme/web', url));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
      expect(error.message).toContain('GITHUB_API_URL');
      expect(error.message).not.toContain('user:pass');
    },
  );

  it.each([{}, { GITHUB_TOKEN: ' ' }])(
    'says which variable is missing when the first request needs it: %j',
    async (env) => {
      const context = contextFor('', { env, fetch: () => expect.fail('a request was made') });
      const sink = await openSink('github:acme/web', '', context);
      const error = await errorOf(sink.check(['TOKEN'], { signal: new AbortController().signal }));
      expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING', effect: 'none' });
      expect(error.message).toMatch(/GITHUB_TOKEN.*GH_TOKEN/);
    },
  );
});
