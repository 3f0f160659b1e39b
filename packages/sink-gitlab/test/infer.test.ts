import { parseGitRemote } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

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
    expect(projectOf(parseGitRemote(remote), server)).toBe(project);
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
  ])('%s is none', (remote) => {
    expect(projectOf(parseGitRemote(remote), SERVER)).toBeUndefined();
  });
});

describe('infer', () => {
  const infer = (env: Record<string, string>, origin?: string): Promise<string | undefined> => {
    const gitRemote = async () => parseGitRemote(origin ?? '');
    return gitlabSink.infer(contextFor('', { env, gitRemote }));
  };

  it('finds nothing where nothing tells, or nobody can ask git', async () => {
    await expect(infer({})).resolves.toBeUndefined();
    await expect(gitlabSink.infer(contextFor('', { env: {} }))).resolves.toBeUndefined();
  });

  it('takes the remote that is called origin, but in CI what CI says', async () => {
    const origin = 'git@gitlab.com:acme/infra.git';
    await expect(infer({}, origin)).resolves.toBe('gitlab:acme/infra');
    const job = { CI_PROJECT_PATH: 'acme/team/api' };
    await expect(infer(job, origin)).resolves.toBe('gitlab:acme/team/api');
    await expect(infer({ GITLAB_HOST: 'git.example.com' }, origin)).resolves.toBeUndefined();
  });
});
