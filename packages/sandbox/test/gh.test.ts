import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

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
    const run = async (line: string, input = ''): Promise<string> => {
      const child = spawn('gh', line.split(' '), { env, cwd: folder });
      child.stdin.end(input);
      const ended = new Promise((resolve) => child.once('close', resolve));
      const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
      expect([await ended, said]).toEqual([0, expect.any(String)]);
      return out;
    };
    return { box, folder, gh: run };
  }

  it('sets, lists and deletes secrets of a repository', async () => {
    const { box, gh } = await setUp();
    const secrets = () => box.state().github?.['acme/web']?.actions;
    await gh('secret set BY_GH -R acme/web --body hello');
    expect(secrets()?.['BY_GH']).toMatchObject({ value: 'hello' });
    expect(await gh('secret list -R acme/web')).toMatch(/^BY_GH\t/m);
    await gh('secret delete BY_GH -R acme/web');
    expect(secrets()).not.toHaveProperty('BY_GH');
  });

  it.each([
    ['an environment', '-R acme/api --env production'],
    ['Dependabot', '-R acme/web --app dependabot'],
    ['an organization', '--org acme'],
    ['an organization for Dependabot', '--org acme --app dependabot'],
    ['a person', '--user'],
  ])('does so in %s', async (_, place) => {
    const { box, gh } = await setUp();
    await gh(`secret set BY_GH ${place} --body canary-of-gh`);
    const holders = JSON.stringify(box.state().github).match(/canary-of-gh/g);
    expect(holders).toHaveLength(1);
    expect(await gh(`secret list ${place}`)).toMatch(/^BY_GH\t/m);
    await gh(`secret delete BY_GH ${place}`);
    expect(JSON.stringify(box.state().github)).not.toContain('canary-of-gh');
  });

  it('sets every line of an env file, at the repository of the checkout', async () => {
    const { box, folder, gh } = await setUp();
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    const origin = ['remote', 'add', 'origin', 'git@github.com:acme/docs.git'];
    execFileSync('git', origin, { cwd: folder });
    await writeFile(join(folder, 'new.env'), 'FIRST=one\nSECOND="two words"\n');
    await gh('secret set -f new.env');
    await gh('secret set THIRD', 'of standard input');
    expect(box.state().github?.['acme/docs']?.actions).toMatchObject({
      FIRST: { value: 'one' },
      SECOND: { value: 'two words' },
      THIRD: { value: 'of standard input' },
    });
  });

  it('shares secrets of an organization and of a person with selected repositories', async () => {
    const { box, gh } = await setUp();
    await gh('secret set O --org acme -v selected -r web,api --body 2');
    await gh('secret set U --user -r acme/web --body 4');
    expect(box.state().github).toMatchObject({
      organizations: {
        acme: { actions: { O: { value: '2', selected: ['acme/web', 'acme/api'] } } },
      },
      users: { ada: { codespaces: { U: { value: '4', selected: ['acme/web'] } } } },
    });
  });

  it('is logged in', async () => {
    const { gh } = await setUp();
    await expect(gh('auth status')).resolves.toBeDefined();
  });
});
