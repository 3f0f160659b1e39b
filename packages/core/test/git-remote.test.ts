import { describe, expect, it } from 'vitest';

import { parseGitRemote } from '../src/index.ts';

describe('a git remote', () => {
  it.each([
    ['https://github.com/acme/web.git', 'github.com', 'acme/web', true],
    ['https://user:secret@GitHub.com/acme/web/', 'github.com', 'acme/web', true],
    ['http://127.0.0.1:4000/acme/web.git', '127.0.0.1', 'acme/web', true],
    ['git@gitlab.com:acme/team/api.git', 'gitlab.com', 'acme/team/api', false],
    ['git@gitlab.com:/acme/api.git', 'gitlab.com', 'acme/api', false],
    ['gitlab.com:acme/infra', 'gitlab.com', 'acme/infra', false],
    ['ssh://git@git.example.com:2222/acme/infra.git', 'git.example.com', 'acme/infra', false],
  ])('%s is at %s', (address, host, path, web) => {
    expect(parseGitRemote(address)).toEqual({ host, path, web });
  });

  it.each([
    '../web',
    '/srv/git/web.git',
    'file:///srv/acme/web',
    'https://',
    '',
    `a:x${'/'.repeat(1e6)}b`,
  ])('%j is on no host', (address) => {
    expect(parseGitRemote(address)).toBeUndefined();
  });
});
