import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { isJob, isOfFork, runnerOf, sharedRunner, summaryFile } from '../src/index.ts';

const github = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request' };

async function event(content: string): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-ci-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'event.json');
  await writeFile(file, content);
  return { ...github, GITHUB_EVENT_PATH: file };
}

const pull = (head: unknown, base: unknown) =>
  JSON.stringify({ pull_request: { head: { repo: head }, base: { repo: base } } });

describe('a job', () => {
  it.each([
    ['of another repository', pull({ id: 1 }, { id: 2 }), true],
    ['of a repository that was deleted', pull(null, { id: 2 }), true],
    ['of the same repository', pull({ id: 2 }, { id: 2 }), false],
    ['whose event cannot be read', '{', true],
  ])('for a pull request %s', async (_, content, expected) => {
    expect(await isOfFork(await event(content))).toBe(expected);
  });

  it.each([
    [{}, false],
    [{ CIRCLE_PR_USERNAME: 'ana' }, true],
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7', CI_PROJECT_ID: '8' }, true],
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '8', CI_PROJECT_ID: '8' }, false],
    [{ GITHUB_EVENT_NAME: 'schedule' }, false],
    [{ GITHUB_EVENT_NAME: 'pull_request_target' }, true],
  ])('with %o is that of a fork: %s', async (env, expected) => {
    expect(await isOfFork(env)).toBe(expected);
  });

  it('is one where an engine says so', () => {
    expect([
      isJob({}),
      isJob({ CI: 'false' }),
      isJob({ CI: 'true' }),
      isJob({ TF_BUILD: '1' }),
    ]).toEqual([false, false, true, true]);
  });

  it('takes commands only where its runner reads them, and no second one in a text', () => {
    expect(runnerOf({ CI: 'true' })).toBeUndefined();
    const runner = runnerOf({ GITHUB_ACTIONS: 'true' });
    expect(summaryFile({ GITHUB_STEP_SUMMARY: '/summary' })).toBe('/summary');
    expect(summaryFile({ GITHUB_STEP_SUMMARY: '' })).toBeUndefined();
    expect(runner?.mask('50%\nof it')).toBe('::add-mask::50%25%0Aof it\n');
    expect(runner?.annotation('error', 'a: b, c', '100%')).toBe(
      '::error title=a%3A b%2C c::100%25\n',
    );
  });

  it('says what is shared with other jobs', () => {
    expect(sharedRunner({ RUNNER_ENVIRONMENT: 'self-hosted' })).toContain('self-hosted');
    expect(sharedRunner({ GITLAB_CI: 'true', CI_DISPOSABLE_ENVIRONMENT: 'true' })).toBeUndefined();
    expect(sharedRunner({ GITLAB_CI: 'true' })).toContain('CI_DISPOSABLE_ENVIRONMENT');
  });
});
