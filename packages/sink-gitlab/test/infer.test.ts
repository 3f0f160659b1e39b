import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { projectOf } from '../src/remote.ts';
import { contextFor } from './context.ts';

const SERVER = 'https://gitlab.com';
const OWN = 'https://git.example.com/gitlab';
const LOOPBACK = 'http://127.0.0.1:4000';

describe('the project of a git remote', () => {
  it.each([
    ['https://gitlab.com/acme/infra.git', SERVER, 'acme/infra'],
    ['https://oauth2:secret@gitlab.com/acme/infra', SERVER, 'acme/infra'],
    ['https://gitlab.com/acme/team/api/', SERVER, 'acme/team/api'],
    ['git@gitlab.com:acme/team/api.git', SERVER, 'acme/team/api'],
    ['gitlab.com:acme/infra', SERVER, 'acme/infra'],
    ['ssh://git@altssh.gitlab.com:443/acme/infra.git', SERVER, 'acme/infra'],
    ['https://git.example.com/gitlab/acme/infra.git', OWN, 'acme/infra'],
    ['git@git.example.com:acme/infra.git', OWN, 'acme/infra'],
    ['ssh://git@git.example.com:2222/gitlab/infra.git', OWN, 'gitlab/infra'],
    ['http://127.0.0.1:4000/acme/infra.git', LOOPBACK, 'acme/infra'],
    ['git@gitlab.com:acme/infra.git', LOOPBACK, 'acme/infra'],
  ])('%s of %s is %s', (remote, server, project) => {
    expect(projectOf(remote, server)).toBe(project);
  });

  it.each([
    'https://github.com/acme/web.git',
    'git@github.com:acme/web.git',
    'https://gitlab.com.evil.example/acme/web',
    'https://gitlab.com/acme',
    '../web',
    '/srv/git/web.git',
    'file:///srv/acme/web',
    '',
    undefined,
  ])('%s is none', (remote) => {
    expect(projectOf(remote, SERVER)).toBeUndefined();
  });
});

describe('infer', () => {
  let directory = '';
  const git = (...parameters: string[]): unknown =>
    execFileSync('git', ['-C', directory, ...parameters], { stdio: 'pipe' });
  const infer = (env: Record<string, string>): Promise<string | undefined> =>
    gitlabSink.infer(contextFor('', { directory, env: { PATH: process.env['PATH'], ...env } }));

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
    git('remote', 'add', 'origin', 'git@gitlab.com:acme/infra.git');
    await expect(infer({})).resolves.toBe('gitlab:acme/infra');
    await expect(infer({ CI_PROJECT_PATH: 'acme/team/api' })).resolves.toBe('gitlab:acme/team/api');
    await expect(infer({ GITLAB_HOST: 'git.example.com' })).resolves.toBeUndefined();
  });
});
