import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { sandbox } from './support.ts';

const missing = spawnSync('python-gitlab', ['--version']).error !== undefined;
if (missing)
  process.stdout.write(
    'python-gitlab.test.ts is skipped: python-gitlab is not installed (apt-get install gitlab-cli)\n',
  );

describe.skipIf(missing)('the command line of python-gitlab', () => {
  async function setUp() {
    const box = await sandbox();
    const { GITLAB_HOST: host = '', GITLAB_TOKEN: token = '' } = box.env;
    const options = ['--server-url', host, '--private-token', token, '-o', 'json'];
    const gitlab = async (line: string): Promise<unknown> => {
      const { stdout } = await promisify(execFile)(
        'python-gitlab',
        [...options, ...line.split(' ')],
        { env: { PATH: process.env['PATH'] } },
      );
      return stdout.trim() === '' ? undefined : JSON.parse(stdout);
    };
    return { box, gitlab };
  }

  it('creates, updates, reads and deletes variables of a project by its path and number', async () => {
    const { box, gitlab } = await setUp();
    const stored = () =>
      box.state().gitlab?.['acme/infra']?.variables?.find(({ key }) => key === 'BY_PYTHON');
    const project = 'project-variable';
    const which = '--project-id acme/infra --key BY_PYTHON';
    await gitlab(`${project} create ${which} --value before-123 --masked true`);
    expect(stored()).toMatchObject({ value: 'before-123', masked: true });
    await gitlab(`${project} update --project-id 4217 --key BY_PYTHON --value after-1234`);
    expect(stored()).toMatchObject({ value: 'after-1234', masked: true });
    expect(await gitlab(`${project} get ${which}`)).toMatchObject({ value: 'after-1234' });
    await gitlab(`${project} delete ${which}`);
    expect(stored()).toBeUndefined();
  });

  it('lists those of projects, groups and the instance', async () => {
    const { gitlab } = await setUp();
    const keys = async (line: string) =>
      ((await gitlab(line)) as { key: string }[]).map(({ key }) => key);
    expect(await keys('project-variable list --project-id acme/infra')).toHaveLength(8);
    expect(await keys('group-variable list --group-id acme')).toEqual(['NPM_TOKEN']);
    expect(await keys('variable list')).toEqual(['PROXY']);
  });

  it('is told that a name stands for several scopes', async () => {
    const { gitlab } = await setUp();
    const asked = gitlab('project-variable get --project-id acme/infra --key REGION');
    await expect(asked).rejects.toMatchObject({
      stderr: expect.stringContaining('409: There are multiple variables'),
    });
  });
});
