import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';

import { sandbox } from './support.ts';

const missing = spawnSync('gh', ['--version']).error !== undefined;
if (missing)
  process.stdout.write('gh.test.ts is skipped: gh is not installed (apt-get install gh)\n');

describe.skipIf(missing)("GitHub's own command line", () => {
  async function setUp() {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-gh-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const socket = join(folder, 'github.sock');
    const box = await sandbox({ githubSocket: socket });
    await writeFile(join(folder, 'config.yml'), `http_unix_socket: ${socket}\nprompt: disabled\n`);
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GH_CONFIG_DIR: folder,
      GH_TOKEN: box.env['GITHUB_TOKEN'],
    };
    const gh = async (...given: string[]): Promise<string> =>
      (await promisify(execFile)('gh', given, { env, cwd: folder })).stdout;
    return { box, gh };
  }

  it('sets, lists and deletes secrets of a repository', async () => {
    const { box, gh } = await setUp();
    const secrets = () => box.state().github?.['acme/web']?.actions;
    await gh('secret', 'set', 'BY_GH', '-R', 'acme/web', '--body', 'hello');
    expect(secrets()?.['BY_GH']).toMatchObject({ value: 'hello' });
    expect(await gh('secret', 'list', '-R', 'acme/web')).toMatch(/^BY_GH\t/m);
    await gh('secret', 'delete', 'BY_GH', '-R', 'acme/web');
    expect(secrets()).not.toHaveProperty('BY_GH');
  });

  it('sets secrets of environments, organizations, Dependabot and people', async () => {
    const { box, gh } = await setUp();
    await gh('secret', 'set', 'E', '-R', 'acme/api', '-e', 'production', '--body', '1');
    await gh(
      'secret',
      'set',
      'O',
      '--org',
      'acme',
      '-v',
      'selected',
      '-r',
      'web,api',
      '--body',
      '2',
    );
    await gh('secret', 'set', 'D', '-R', 'acme/web', '--app', 'dependabot', '--body', '3');
    await gh('secret', 'set', 'U', '--user', '-r', 'acme/web', '--body', '4');
    expect(box.state().github).toMatchObject({
      'acme/api': { environments: { production: { E: { value: '1' } } } },
      'acme/web': { dependabot: { D: { value: '3' } } },
      organizations: {
        acme: { actions: { O: { value: '2', selected: ['acme/web', 'acme/api'] } } },
      },
      users: { ada: { codespaces: { U: { value: '4', selected: ['acme/web'] } } } },
    });
  });

  it('is logged in', async () => {
    const { gh } = await setUp();
    await expect(gh('auth', 'status')).resolves.toBeDefined();
  });
});
