import { readFile } from 'node:fs/promises';

import { controlOf, startSandbox, type Sandbox, type SandboxOptions } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { temporaryFolder } from '../../host/test/temporary-folder.ts';
import { attempt } from './inside.ts';
import { runBin } from './keyturn.ts';

async function open(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const rotate = (sink: string, more = ''): string =>
  `rotate --sink ${sink} --org acme --replaces cigithub4w8d --grace 0 --allow missing-names ${more}`.trim();
const pathsOf = async (sandbox: Sandbox, provider: string): Promise<string[]> =>
  (await controlOf(sandbox).requests())
    .filter((one) => one.provider === provider)
    .map(({ path }) => path);

describe('what people have around their secrets', () => {
  it('a token of GitHub that sees only some of the repositories', async () => {
    const sandbox = await open({});
    const { github } = sandbox.state();
    const part = {
      token: 'github_pat_part_0123456789',
      kind: 'fine-grained',
      permissions: { secrets: 'write', environments: 'write', metadata: 'read' },
      repositories: ['acme/web'],
    } as const;
    await controlOf(sandbox).seed({ github: { ...github, tokens: [part] } });
    const env = { GITHUB_TOKEN: part.token };
    const found = await attempt({ line: 'discover github:acme', env }, sandbox);
    const { places } = JSON.parse(found.stdout) as { places: { target: string }[] };
    expect(places.map(({ target }) => target)).toEqual(['github:acme/web']);
    expect(await attempt({ line: rotate('github:acme/api'), env }, sandbox)).toMatchObject({
      code: 'TARGET_NOT_FOUND',
      exit: 4,
      hint: expect.stringContaining('acme/api does not exist, or the token cannot see it'),
    });
  });

  it('contexts of one name in two organizations', async () => {
    const sandbox = await open({});
    const { circleci } = sandbox.state();
    const other = { 'gh/umbra/deploy': { KEPT: { value: 'kept' } } };
    await controlOf(sandbox).seed({
      circleci: { ...circleci, contexts: { ...circleci?.contexts, ...other } },
    });
    const before = sandbox.state().circleci?.contexts?.['gh/acme/deploy'];
    const sink = 'circleci:gh/umbra?context=deploy';
    expect(await attempt({ line: rotate(sink) }, sandbox)).toMatchObject({ exit: 0 });
    const { contexts } = sandbox.state().circleci ?? {};
    expect(Object.keys(contexts?.['gh/umbra/deploy'] ?? {}).toSorted()).toEqual([
      'KEPT',
      'PLANETSCALE_SERVICE_TOKEN',
      'PLANETSCALE_SERVICE_TOKEN_ID',
    ]);
    expect(contexts?.['gh/acme/deploy']).toEqual(before);
  });

  it('servers under a base path', async () => {
    const sandbox = await open({});
    const { github, gitlab } = sandbox.urls;
    const env = { GITHUB_API_URL: `${github}/api/v3`, GITLAB_HOST: `${gitlab}/gitlab` };
    const line = rotate('github:acme/web', '--sink gitlab:acme/infra');
    expect(await attempt({ line, env }, sandbox)).toMatchObject({ exit: 0 });
    const paths = await Promise.all(['github', 'gitlab'].map((one) => pathsOf(sandbox, one)));
    expect(paths[0]?.filter((path) => !path.startsWith('/api/v3/'))).toEqual([]);
    expect(paths[1]?.filter((path) => !path.startsWith('/gitlab/api/v4/'))).toEqual([]);
    expect(paths.map((all) => all.length > 2)).toEqual([true, true]);
  });

  it('an authority of their own, and a proxy with a password', async () => {
    const folder = await temporaryFolder({});
    const sandbox = await open({ tls: folder, proxy: 'ada:p@ss' });
    const { env } = sandbox;
    expect(env['GITHUB_API_URL']).toBe('https://github.sandbox.test');
    expect(await readFile(env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')).toContain('BEGIN CERT');
    const run = async (given: Readonly<Record<string, string | undefined>> = {}) => {
      const words = [...rotate('github:acme/web').split(' '), '--json'];
      const ended = await runBin('keyturn.js', words, { ...env, ...given }, folder);
      const { rotations } = JSON.parse(ended.stdout) as {
        rotations: {
          outcome: string;
          error: { code: string; message: string; hint: string } | null;
        }[];
      };
      return { code: ended.code, ...rotations[0] };
    };
    expect(await run({ NODE_EXTRA_CA_CERTS: undefined })).toMatchObject({
      code: 3,
      error: { code: 'NETWORK_FAILED', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') },
    });
    const wrong = await run({ HTTPS_PROXY: env['HTTPS_PROXY']?.replace('p%40ss', 'nope') });
    expect(wrong.error?.hint).toMatch(/HTTPS_PROXY/);
    expect(wrong.error?.message).toMatch(/407|password/);
    expect(JSON.stringify(wrong)).not.toContain('nope');
    expect(await run()).toMatchObject({ code: 0, outcome: 'rotated' });
    expect(sandbox.state().github?.['acme/web']).not.toBeUndefined();
  });
});
