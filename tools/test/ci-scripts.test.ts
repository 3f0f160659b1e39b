import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { annotations, outputs, summary } from '../../ci/report.mjs';

const scripts = fileURLToPath(new URL('../../ci/', import.meta.url));

/** A folder in which npm and keyturn write down how they were called. */
async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-ci-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `#!/bin/sh\n${text}`);
    await chmod(join(folder, path), 0o755);
  };
  await program('bin/npm', 'echo "npm $*"; env | sort >npm-env\n');
  for (const path of ['keyturn', '.'])
    await program(
      `${path}/node_modules/.bin/keyturn`,
      `printf '%s\\n' "${path}" "$@" >"${folder}/called"; env | sort >"${folder}/env"
cat "${folder}/document" 2>/dev/null; exit "\${KEYTURN_TEST_CODE:-0}"\n`,
    );
  return {
    folder,
    program,
    run: (script: string, env: Readonly<Record<string, string>>) => {
      const { status, stdout, stderr } = spawnSync('sh', [join(scripts, script)], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: `${folder}/bin:${dirname(process.execPath)}:/usr/bin:/bin`,
          KEYTURN_FOLDER: join(folder, 'keyturn'),
          ...env,
        },
      });
      return { status, stdout, stderr };
    },
    called: async () => (await readFile(join(folder, 'called'), 'utf8')).trim().split('\n'),
  };
}

describe('the installation', () => {
  it('installs exact versions into a folder of their own, without scripts', async () => {
    const { folder, run } = await place();
    const packages = '@keyturn/cli@1.2.3 keyturn-sink-shelf@0.1.0-beta.1';
    const { status, stdout } = run('install.sh', { KEYTURN_PACKAGES: packages });
    expect(status).toBe(0);
    expect(stdout).toBe(
      `npm install --ignore-scripts --no-audit --no-fund --save-exact ${packages}\n`,
    );
    expect(await readFile(join(folder, 'keyturn/npm-env'), 'utf8')).toContain(
      `PWD=${folder}/keyturn\n`,
    );
  });

  it('installs from the lock file of the project', async () => {
    const { run } = await place();
    const { stdout } = run('install.sh', { KEYTURN_PACKAGES: 'project' });
    expect(stdout).toBe('npm ci --ignore-scripts --no-audit --no-fund\n');
  });

  it.each([
    '@keyturn/cli',
    '@keyturn/cli@latest',
    '@keyturn/cli@^1.0.0',
    '@keyturn/cli@1',
    '--registry=https://evil.example',
    'https://evil.example/x@1.0.0.tgz',
    'file:x@1.0.0',
    'x@1.0.0;id',
  ])('refuses %s', async (packages) => {
    const { run } = await place();
    const { status, stdout, stderr } = run('install.sh', { KEYTURN_PACKAGES: packages });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('keyturn: ');
  });
});

describe('the run', () => {
  it('passes words on as they are', async () => {
    const { run, called } = await place();
    const arguments_ = 'ci-github --sink github:acme/*';
    run('run.sh', {
      KEYTURN_PACKAGES: 'x@1.0.0',
      KEYTURN_COMMAND: 'plan',
      KEYTURN_ARGUMENTS: arguments_,
    });
    expect(await called()).toEqual(['keyturn', 'plan', ...arguments_.split(' ')]);
    run('run.sh', { KEYTURN_PACKAGES: 'project', KEYTURN_COMMAND: 'rotate' });
    expect(await called()).toEqual(['.', 'rotate']);
  });

  it.each(['token', 'token create', 'forget', 'x; id', ''])('refuses %j', async (command) => {
    const { run } = await place();
    const { status, stderr } = run('run.sh', {
      KEYTURN_PACKAGES: 'x@1.0.0',
      KEYTURN_COMMAND: command,
    });
    expect(status).toBe(2);
    expect(stderr).toContain('not a command for CI');
  });
});

describe('the step of the action', () => {
  const inputs = {
    KEYTURN_PACKAGES: 'x@1.0.0',
    KEYTURN_COMMAND: 'rotate',
    KEYTURN_STATE: 'git:origin#keyturn-ledger',
    PLANETSCALE_SERVICE_TOKEN_ID: 'k3v9x0q2abcd',
    PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_1',
    GITHUB_TOKEN: 'line-1\nline-2',
    GITLAB_TOKEN: '',
    CIRCLECI_TOKEN: '',
    KEYTURN_LEDGER_KEY: '',
  };

  it('masks each line of each credential, and knows none that was not given', async () => {
    const { folder, run, called } = await place();
    const { status, stdout } = run('action.sh', { ...inputs, RUNNER_TEMP: folder });
    expect(status).toBe(0);
    expect(stdout.split('\n').filter(Boolean).toSorted()).toEqual([
      '::add-mask::line-1',
      '::add-mask::line-2',
      '::add-mask::pscale_tkn_1',
    ]);
    expect(await called()).toEqual(['keyturn', 'rotate', '--json']);
    const env = await readFile(join(folder, 'env'), 'utf8');
    expect(env).toContain('GITHUB_TOKEN=line-1\n');
    expect(env).toContain('KEYTURN_STATE=git:origin#keyturn-ledger\n');
    expect(env).not.toMatch(/^(?:GITLAB_TOKEN|CIRCLECI_TOKEN|KEYTURN_LEDGER_KEY)=/m);
  });

  it('ends as keyturn did, and says what came of it', async () => {
    const { folder, run } = await place();
    await writeFile(join(folder, 'document'), JSON.stringify({ rotations: [] }));
    const { status, stdout } = run('action.sh', {
      ...inputs,
      KEYTURN_TEST_CODE: '6',
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: join(folder, 'out'),
      GITHUB_STEP_SUMMARY: join(folder, 'page'),
    });
    expect(status).toBe(6);
    expect(stdout).toContain('::warning title=keyturn::exit 6: attention');
    expect(await readFile(join(folder, 'out'), 'utf8')).toContain('needs-attention=true\n');
    expect(await readFile(join(folder, 'page'), 'utf8')).toContain('Exit 6: attention');
  });
});

describe('the report', () => {
  const error = { code: 'X', message: 'github:acme/web: denied', hint: 'Check 100%\nof it.' };
  const document = {
    rotations: [
      {
        name: 'ci|<b>@team',
        outcome: 'incomplete',
        current: { id: 'k3v9x0q2abcd' },
        graceUntil: null,
        error,
        sinks: [{ status: 'delivered' }, { status: 'failed' }],
      },
    ],
    warnings: ['see https://evil.example [x](y)'],
  };

  it('annotates failures, one line each', () => {
    expect(annotations(document, 3)).toEqual([
      '::error title=keyturn::ci|<b>@team: github:acme/web: denied. Check 100%25%0Aof it.',
    ]);
    expect(annotations({ error }, 2)).toHaveLength(1);
    expect(annotations(undefined, 1)).toEqual([
      '::error title=keyturn::exit 1: unexpected error: a bug',
    ]);
    expect(annotations(undefined, 137)).toEqual(['::error title=keyturn::exit 137: it failed']);
    expect(annotations(document, 0)).toEqual([]);
  });

  it('shows a table in which nothing of others is Markdown', () => {
    const text = summary(document, 3);
    expect(text).toContain(
      String.raw`| ci\|&lt;b&gt;&#64;team | incomplete | k3v9x0q2abcd | 1 of 2 |  |`,
    );
    expect(text).toContain('Exit 3: incomplete');
    expect(text).not.toMatch(/https:|\[x]/);
    expect(text.trim().split('\n')).toHaveLength(9);
  });

  it('has outputs of one line each', () => {
    expect(outputs(document, 3, '/tmp/x.json')).toEqual([
      'exit-code=3',
      'needs-attention=false',
      'rotated=["ci|<b>@team"]',
      'report=/tmp/x.json',
    ]);
  });
});
