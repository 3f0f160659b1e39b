import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

import { linesOf, makeOrigin } from './runner.ts';
import { githubPipeline } from './made-pipelines.ts';

const EVIL = 'https://evil.example';
const CREDENTIALS = {
  KEYTURN_PLANETSCALE_TOKEN_ID: 'k3v9x0q2abcd',
  KEYTURN_PLANETSCALE_TOKEN: 'pscale_tkn_secret',
  KEYTURN_GITHUB_TOKEN: 'ghp_secret',
  KEYTURN_GITLAB_TOKEN: 'glpat-secret',
  KEYTURN_LEDGER_KEY: 'ledger-key-that-nobody-guesses-0123456789',
};

/** What whoever starts a pipeline can set: where credentials go, and what programs run. */
async function hostile() {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-hostile-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const marker = join(folder, 'ran');
  // A variable of the type file is a file.
  const module = join(folder, 'NODE_FILE');
  await writeFile(module, `require('fs').writeFileSync(${JSON.stringify(marker)}, 'x')`);
  const config = join(folder, 'GIT_FILE');
  await writeFile(config, `[credential]\n\thelper = "!touch ${marker}; false"\n`);
  const addresses = Object.fromEntries(
    ['PLANETSCALE_API_URL', 'GITHUB_API_URL', 'GITLAB_HOST', 'CI_SERVER_URL', 'CIRCLE_HOST'].map(
      (name) => [name, EVIL],
    ),
  );
  const env: Readonly<Record<string, string>> = {
    ...addresses,
    CI_PROJECT_URL: `${EVIL}/acme/infra`,
    KEYTURN_CONFIG: module,
    KEYTURN_STATE: folder,
    NODE_OPTIONS: `--require=${module}`,
    NODE_EXTRA_CA_CERTS: module,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NPM_CONFIG_REGISTRY: EVIL,
    npm_config_registry: EVIL,
    npm_config_userconfig: module,
    YARN_REGISTRY: EVIL,
    PNPM_HOME: folder,
    COREPACK_NPM_REGISTRY: EVIL,
    HTTPS_PROXY: EVIL,
    https_proxy: EVIL,
    GIT_CONFIG_GLOBAL: config,
    GIT_SSH_COMMAND: `touch ${marker}`,
    GIT_TRACE: '1',
    BASH_ENV: module,
    SSL_CERT_FILE: module,
    LINES: 'a\nGITLAB_HOST=https://evil.example\nPATH=x',
  };
  return { env, marker, folder };
}

describe.each(['gitlab', 'circleci'])(
  'a pipeline of %s that was started with variables',
  (system) => {
    it('lets none of them reach keyturn, node or git', async () => {
      const { env, marker, folder } = await hostile();
      const shown = join(folder, 'environment');
      const { runner } = await makeOrigin();
      const rotated = `env > ${shown}; "${process.execPath}" -e 0; git fetch --quiet`;
      const lines = linesOf[system]?.(rotated) ?? [];
      await runner('one', lines, { ...env, ...CREDENTIALS });
      const text = await readFile(shown, 'utf8');
      const names = text.split('\n').map((line) => line.replace(/=.*/, ''));
      // GitLab's server is then what the checkout says.
      const own = ['KEYTURN_STATE', ...(system === 'gitlab' ? ['GITLAB_HOST'] : [])];
      expect(new Set(Object.keys(env).filter((name) => names.includes(name)))).toEqual(
        new Set(own),
      );
      expect(text).toContain('KEYTURN_STATE=git:origin#keyturn-ledger\n');
      expect(text).not.toContain('evil.example');
      expect(text).toContain('PLANETSCALE_SERVICE_TOKEN=pscale_tkn_secret');
      expect(text).toContain(`KEYTURN_LEDGER_KEY=${CREDENTIALS.KEYTURN_LEDGER_KEY}\n`);
      await expect(readFile(marker)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('installs keyturn without the credentials, and fails if that fails', async () => {
      const { folder } = await hostile();
      const shown = join(folder, 'environment');
      const { runner } = await makeOrigin();
      await runner('one', linesOf[system]?.(':', `env > ${shown}`) ?? [], CREDENTIALS);
      const text = await readFile(shown, 'utf8');
      expect(text).toContain('NPM_CONFIG_IGNORE_SCRIPTS=true');
      for (const value of Object.values(CREDENTIALS)) expect(text).not.toContain(value);
      const broken = runner('two', linesOf[system]?.(':', '(exit 7)') ?? [], CREDENTIALS);
      await expect(broken).rejects.toMatchObject({ code: 7 });
    });

    it('has an empty key for ledgers where there is none', async () => {
      const { folder } = await hostile();
      const shown = join(folder, 'environment');
      const { runner } = await makeOrigin();
      const { KEYTURN_LEDGER_KEY: _, ...others } = CREDENTIALS;
      await runner('one', linesOf[system]?.(`env > ${shown}`) ?? [], others);
      expect(await readFile(shown, 'utf8')).toMatch(/^KEYTURN_LEDGER_KEY=$/m);
    });
  },
);

describe('git in a pipeline of GitLab', () => {
  const asked = (host: string): string =>
    `git config --get-urlmatch http.extraHeader https://${host}/acme/infra.git || true`;
  const linesWith = (rotated: string): readonly string[] =>
    (linesOf['gitlab']?.(rotated) ?? []).map((line) =>
      line.replace('login=$(', 'server=https://gitlab.example.com\nlogin=$('),
    );

  it('has the token for the one server alone, and leaves nothing behind', async () => {
    const { runner, git } = await makeOrigin();
    const login = Buffer.from('oauth2:glpat-secret').toString('base64');
    const there = await runner('one', linesWith(asked('gitlab.example.com')), CREDENTIALS);
    expect(there).toContain(`Authorization: Basic ${login}`);
    for (const host of [
      'evil.example',
      'gitlab.example.com.evil.example',
      'gitlab.example.com:8443',
    ])
      expect(
        await runner(`to-${host.replace(':', '-')}`, linesWith(asked(host)), CREDENTIALS),
      ).not.toContain(login);
    expect(await git('one', 'config', '--local', '--list')).not.toMatch(/extraheader|glpat/i);
  });

  it('is not used where the checkout is of another project than the job', async () => {
    const { runner } = await makeOrigin();
    const lines = linesOf['gitlab']?.(':') ?? [];
    await expect(runner('one', lines, { CI_PROJECT_PATH: 'another' })).rejects.toMatchObject({
      code: 2,
    });
  });
});

it('a workflow of GitHub takes nothing from whoever starts it', () => {
  const text = githubPipeline({
    keyturn: 'KEYTURN',
    install: 'npm ci --ignore-scripts',
    names: [],
    kinds: ['github'],
  });
  expect(parse(text)).toMatchObject({ on: { workflow_dispatch: null } });
  expect(text).not.toMatch(/\$\{\{\s*(?:inputs|github\.event|vars)\./);
});
