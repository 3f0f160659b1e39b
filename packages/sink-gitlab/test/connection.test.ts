import { describe, expect, it } from 'vitest';

import { gitlabUrl, readToken } from '../src/connection.ts';

describe('the address of GitLab', () => {
  it.each([
    [{}, 'https://gitlab.com'],
    [{ CI_SERVER_URL: 'https://ci.example.com' }, 'https://ci.example.com'],
    [
      { GITLAB_HOST: 'https://own.example.com', CI_SERVER_URL: 'https://ci.example.com' },
      'https://own.example.com',
    ],
    [{ GITLAB_HOST: '' }, 'https://gitlab.com'],
    [{ GITLAB_HOST: 'own.example.com' }, 'https://own.example.com'],
    [{ GITLAB_HOST: 'own.example.com:8443' }, 'https://own.example.com:8443'],
    [{ GITLAB_HOST: 'https://own.example.com/gitlab/' }, 'https://own.example.com/gitlab'],
    [{ GITLAB_HOST: 'https://own.example.com/api/v4' }, 'https://own.example.com'],
    [{ GITLAB_HOST: 'http://127.0.0.1:4000' }, 'http://127.0.0.1:4000'],
  ])('of %j is %s', (env, url) => {
    expect(gitlabUrl(env)).toBe(url);
  });

  it.each(['http://own.example.com', 'https://ada:pw@own.example.com', 'https://'])(
    'is not %s',
    (host) => {
      expect(() => gitlabUrl({ GITLAB_HOST: host })).toThrow(/^GITLAB_HOST /);
    },
  );
});

describe('the token', () => {
  it('is taken without the line break of a file', () => {
    expect(readToken({ GITLAB_TOKEN: 'glpat-1\n' }).reveal()).toBe('glpat-1');
  });

  it.each([undefined, '', ' ', 'two words', 'glpat-\u00e4', 'glpat-CANARY\nx'])(
    'is not %j',
    (token) => {
      expect(() => readToken({ GITLAB_TOKEN: token })).toThrow(
        expect.objectContaining({ code: 'CREDENTIALS_MISSING', effect: 'none' }) as Error,
      );
    },
  );
});
