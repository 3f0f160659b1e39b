import { parseGitRemote } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import circleciSink from '../src/index.ts';
import { projectOf } from '../src/remote.ts';
import { contextFor } from './context.ts';

describe('the project of a git remote', () => {
  it.each([
    ['https://github.com/acme/web.git', 'circleci:gh/acme/web'],
    ['https://x-access-token:secret@github.com/acme/web', 'circleci:gh/acme/web'],
    ['git@github.com:acme/web.git', 'circleci:gh/acme/web'],
    ['ssh://git@ssh.github.com:443/acme/web.git', 'circleci:gh/acme/web'],
    ['https://ada@bitbucket.org/acme/web.git', 'circleci:bb/acme/web'],
    ['git@bitbucket.org:acme/web.git', 'circleci:bb/acme/web'],
    ['git@Bitbucket.org:acme/web/', 'circleci:bb/acme/web'],
  ])('%s is %s', (remote, target) => {
    expect(projectOf(parseGitRemote(remote))).toBe(target);
  });

  it.each([
    'https://gitlab.com/acme/web.git',
    'git@git.example.com:acme/web.git',
    'https://github.com.evil.example/acme/web',
    'toString:acme/web',
    'https://github.com/acme',
    'https://github.com/acme/web/tree',
    '../web',
    '/srv/git/web.git',
    '',
  ])('%s is none', (remote) => {
    expect(projectOf(parseGitRemote(remote))).toBeUndefined();
  });
});

describe('infer', () => {
  const infer = (env: Record<string, string>, origin?: string): Promise<string | undefined> => {
    const gitRemote = async () => parseGitRemote(origin ?? '');
    return circleciSink.infer(contextFor('', { env, gitRemote }));
  };
  const job = { CIRCLE_PROJECT_USERNAME: 'acme', CIRCLE_PROJECT_REPONAME: 'api' };

  it('finds nothing where nothing tells, or nobody can ask git', async () => {
    await expect(infer({})).resolves.toBeUndefined();
    await expect(circleciSink.infer(contextFor('', { env: {} }))).resolves.toBeUndefined();
  });

  it.each([
    [undefined, undefined, 'circleci:gh/acme/api'],
    ['git@github.com:acme/api.git', undefined, 'circleci:gh/acme/api'],
    ['https://bitbucket.org/acme/api', undefined, 'circleci:bb/acme/api'],
    ['https://gitlab.com/acme/api', undefined, undefined],
    ['https://gitlab.com/acme/api', 'https://circleci.com', undefined],
    ['git@github.example.com:acme/api.git', 'https://ci.example.com', 'circleci:gh/acme/api'],
  ])('takes what the job says: %s at %s is %s', async (url, host, target) => {
    const env = {
      ...job,
      ...(url !== undefined && { CIRCLE_REPOSITORY_URL: url }),
      ...(host !== undefined && { CIRCLE_HOST: host }),
    };
    await expect(infer(env)).resolves.toBe(target);
  });

  it('takes the remote that is called origin where there is no job', async () => {
    const origin = 'git@bitbucket.org:acme/web.git';
    await expect(infer({}, origin)).resolves.toBe('circleci:bb/acme/web');
    await expect(infer(job, origin)).resolves.toBe('circleci:bb/acme/api');
  });
});
