import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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
    expect(repositoryOf(remote, api)).toBe('acme/web');
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
    undefined,
  ])('%s is none', (remote) => {
    expect(repositoryOf(remote, API)).toBeUndefined();
  });
});

describe('infer', () => {
  let directory = '';
  const git = (...parameters: string[]): unknown =>
    execFileSync('git', ['-C', directory, ...parameters], { stdio: 'pipe' });
  const infer = (env: Record<string, string>): Promise<string | undefined> =>
    githubSink.infer(contextFor('', { directory, env: { PATH: process.env['PATH'], ...env } }));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyturn-'));
    git('init', '--quiet');
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('finds nothing where there is no remote, or no git', async () => {
    await expect(infer({})).resolves.toBeUndefined();
    await expect(infer({ PATH: '/nonexistent' })).resolves.toBeUndefined();
  });

  it('takes the remote that is called origin, but in CI what CI says', async () => {
    git('remote', 'add', 'origin', 'git@github.com:acme/web.git');
    await expect(infer({})).resolves.toBe('github:acme/web');
    await expect(infer({ GITHUB_REPOSITORY: 'acme/api' })).resolves.toBe('github:acme/api');
    await expect(
      infer({ GITHUB_API_URL: 'https://git.example.com/api/v3' }),
    ).resolves.toBeUndefined();
  });
});
