import { parseGitRemote } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import githubSink from '../src/index.ts';
import { repositoryOf } from '../src/remote.ts';
import { contextFor } from './context.ts';

const API = 'https://api.github.com';

describe('the repository of a git remote', () => {
  it.each([
    ['https://github.com/acme/web.git', API],
    ['https://x-access-token:secret@github.com/acme/web', API],
    ['https://github.com/acme/web/', API],
    ['git@github.com:acme/web.git', API],
    ['github.com:acme/web', API],
    ['ssh://git@github.com/acme/web.git', API],
    ['ssh://git@ssh.github.com:443/acme/web.git', API],
    ['git@git.example.com:acme/web.git', 'https://git.example.com/api/v3'],
    ['https://git.example.com/acme/web', 'https://git.example.com/api/v3'],
    ['git@octo.ghe.com:acme/web.git', 'https://api.octo.ghe.com'],
  ])('%s is acme/web', (remote, api) => {
    expect(repositoryOf(parseGitRemote(remote), api)).toBe('acme/web');
  });

  it.each([
    'https://gitlab.com/acme/web.git',
    'git@gitlab.com:acme/web.git',
    'https://github.com.evil.example/acme/web',
    'https://github.com/acme',
    'https://github.com/acme/web/tree',
    '../web',
    '/srv/git/web.git',
    'file:///srv/acme/web',
    '',
  ])('%s is none', (remote) => {
    expect(repositoryOf(parseGitRemote(remote), API)).toBeUndefined();
  });
});

describe('infer', () => {
  const infer = (env: Record<string, string>, origin?: string): Promise<string | undefined> => {
    const gitRemote = async () => parseGitRemote(origin ?? '');
    return githubSink.infer(contextFor('', { env, gitRemote }));
  };

  it('finds nothing where nothing tells, or nobody can ask git', async () => {
    await expect(infer({})).resolves.toBeUndefined();
    await expect(githubSink.infer(contextFor('', { env: {} }))).resolves.toBeUndefined();
  });

  it('takes the remote that is called origin, but in CI what CI says', async () => {
    const origin = 'git@github.com:acme/web.git';
    await expect(infer({}, origin)).resolves.toBe('github:acme/web');
    await expect(infer({ GITHUB_REPOSITORY: 'acme/api' }, origin)).resolves.toBe('github:acme/api');
    const elsewhere = { GITHUB_API_URL: 'https://git.example.com/api/v3' };
    await expect(infer(elsewhere, origin)).resolves.toBeUndefined();
  });
});
