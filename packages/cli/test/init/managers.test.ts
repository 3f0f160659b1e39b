import { describe, expect, it } from 'vitest';

import { projectIn } from '../../src/init/managers.ts';
import { packagesFor } from '../../src/init/packages.ts';
import { checkCommand } from '../../src/scaffold/pipeline/words.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

const BIN = 'node_modules/.bin/keyturn';
const NPM = '{"packages":{"node_modules/@keyturn/cli":{"version":"1.0.0"}}}';
const PNPM = "lockfileVersion: '9.0'\nimporters:\n  .:\n    '@keyturn/cli': {}\n";
const CLASSIC = '# yarn lockfile v1\n\n"@keyturn/cli@^1.0.0":\n  version "1.0.0"\n';
const BERRY = '__metadata:\n  version: 8\n\n"@keyturn/cli@npm:^1.0.0":\n  version: 1.0.0\n';

type Manifest = Readonly<Record<string, unknown>>;
const manifest = (more: Manifest = {}): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ devDependencies: { '@keyturn/cli': '^1.0.0' }, ...more }),
});

describe('a project whose lock file has keyturn', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    ['npm', { ...manifest(), 'package-lock.json': NPM }, 'npm ci --ignore-scripts', BIN],
    [
      'the root of a workspace',
      { ...manifest({ workspaces: ['packages/*'] }), 'package-lock.json': NPM },
      'npm ci --ignore-scripts',
      BIN,
    ],
    [
      'pnpm, of the version and without the hash of the manifest',
      { ...manifest({ packageManager: 'pnpm@10.24.0+sha512.abc' }), 'pnpm-lock.yaml': PNPM },
      'npx --yes pnpm@10.24.0 install --frozen-lockfile --ignore-scripts',
      BIN,
    ],
    [
      'Yarn 1, as images have it',
      { ...manifest(), 'yarn.lock': CLASSIC },
      'yarn install --frozen-lockfile --ignore-scripts',
      BIN,
    ],
    [
      'Yarn 1 of a version',
      { ...manifest({ packageManager: 'yarn@1.22.22' }), 'yarn.lock': CLASSIC },
      'npx --yes yarn@1.22.22 install --frozen-lockfile --ignore-scripts',
      BIN,
    ],
    [
      'Yarn 4 of a version',
      {
        ...manifest({ packageManager: 'yarn@4.12.0' }),
        'yarn.lock': BERRY,
        '.yarnrc.yml': 'nodeLinker: node-modules\n',
      },
      'npx --yes -p @yarnpkg/cli-dist@4.12.0 yarn install --immutable --mode=skip-build',
      BIN,
    ],
    [
      'Yarn 4 that is in the repository',
      {
        ...manifest(),
        'yarn.lock': BERRY,
        '.yarnrc.yml': 'nodeLinker: pnp\nyarnPath: .yarn/releases/yarn-4.12.0.cjs\n',
      },
      'node .yarn/releases/yarn-4.12.0.cjs install --immutable --mode=skip-build',
      'node .yarn/releases/yarn-4.12.0.cjs keyturn',
    ],
    [
      'the manager that the manifest names, of two lock files',
      {
        ...manifest({ packageManager: 'pnpm@10.24.0' }),
        'package-lock.json': NPM,
        'pnpm-lock.yaml': PNPM,
      },
      'npx --yes pnpm@10.24.0 install --frozen-lockfile --ignore-scripts',
      BIN,
    ],
  ])('is installed from it: %s', async (_, files, install, keyturn) => {
    const { locked } = await projectIn(await temporaryFolder(files));
    expect(locked).toEqual({ install, keyturn });
    expect(checkCommand(install)).toBe(install);
    expect(checkCommand(keyturn)).toBe(keyturn);
  });
});

describe('a lock file counts for nothing', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['without a manifest', { 'package-lock.json': NPM }],
    [
      'where the manifest does not name keyturn',
      { 'package.json': '{}', 'package-lock.json': NPM },
    ],
    ['that does not have keyturn', { ...manifest(), 'package-lock.json': '{"packages":{}}' }],
    ['of Bun', { ...manifest(), 'bun.lock': '"@keyturn/cli"' }],
    ['of a pnpm of any version', { ...manifest(), 'pnpm-lock.yaml': PNPM }],
    [
      'of a pnpm of a range',
      { ...manifest({ packageManager: 'pnpm@^10' }), 'pnpm-lock.yaml': PNPM },
    ],
    [
      'of a Yarn 4 that would have to be downloaded to run keyturn',
      { ...manifest({ packageManager: 'yarn@4.12.0' }), 'yarn.lock': BERRY },
    ],
    ['of a Yarn 4 of any version', { ...manifest(), 'yarn.lock': BERRY }],
    ['beside a manifest that is none', { 'package.json': '[', 'package-lock.json': NPM }],
    [
      'of another manager than the manifest names',
      { ...manifest({ packageManager: 'pnpm@10.24.0' }), 'package-lock.json': NPM },
    ],
  ])('%s', async (_, files) => {
    expect((await projectIn(await temporaryFolder(files))).locked).toBeUndefined();
  });

  it.each([
    'pnpm@10.24.0; curl evil.example',
    'pnpm@10.24.0 -p evil',
    'pnpm@file:../evil',
    'pnpm@https://evil.example/pnpm.tgz',
    'pnpm@10.24.0\nid',
    'pnpm@$(id)',
  ])('whose manager is %j', async (packageManager) => {
    const files = { ...manifest({ packageManager }), 'pnpm-lock.yaml': PNPM };
    expect((await projectIn(await temporaryFolder(files))).locked).toBeUndefined();
  });

  it.each(['../../evil.cjs', '.yarn/releases/$(id).cjs', '.yarn/releases/a.cjs;id'])(
    'whose Yarn is %j',
    async (path) => {
      const files = { ...manifest(), 'yarn.lock': BERRY, '.yarnrc.yml': `yarnPath: ${path}\n` };
      expect((await projectIn(await temporaryFolder(files))).locked).toBeUndefined();
    },
  );
});

it.each<readonly [string, Readonly<Record<string, string>>]>([
  ['npm install --save-dev', {}],
  ['pnpm add --save-dev', { ...manifest(), 'pnpm-lock.yaml': PNPM }],
  [
    'pnpm add --save-dev --workspace-root',
    { ...manifest(), 'pnpm-lock.yaml': PNPM, 'pnpm-workspace.yaml': 'packages: []\n' },
  ],
  ['yarn add --dev', { ...manifest({ workspaces: [] }), 'yarn.lock': BERRY }],
  [
    'yarn add --dev --ignore-workspace-root-check',
    { ...manifest({ workspaces: [] }), 'yarn.lock': CLASSIC },
  ],
])('%s adds to the project', async (add, files) => {
  expect((await projectIn(await temporaryFolder(files))).add).toBe(add);
});

describe('the packages of a pipeline', () => {
  const installed = (name: string, version: string, kind: string) => ({
    'package.json': JSON.stringify({ dependencies: { [name]: '1' } }),
    [`node_modules/${name}/package.json`]: JSON.stringify({
      name,
      version,
      keyturn: { sink: kind },
    }),
  });
  const packages = async (
    files: Readonly<Record<string, string>>,
    kinds: readonly string[],
    version = '1.2.3',
  ): Promise<readonly string[]> => {
    const host = {
      directory: await temporaryFolder(files),
      programFolder: import.meta.dirname,
      about: () => `keyturn ${version}, x`,
    };
    const all = await packagesFor(['planetscale'], kinds, host);
    return all.map((one) => `${one.name}@${one.version}`);
  };

  it('are those that are in use here, also of others, and none of what is a file', async () => {
    const files = installed('keyturn-sink-vercel', '3.2.1-beta.1', 'vercel');
    expect(await packages(files, ['./sinks/depot.ts', 'github', 'vercel', 'unheard'])).toEqual([
      '@keyturn/cli@1.2.3',
      expect.stringMatching(/^@keyturn\/core@\d+\.\d+\.\d+$/),
      expect.stringMatching(/^@keyturn\/issuer-planetscale@\d+\.\d+\.\d+$/),
      expect.stringMatching(/^@keyturn\/sink-github@\d+\.\d+\.\d+$/),
      expect.stringMatching(/^@keyturn\/store-git@\d+\.\d+\.\d+$/),
      'keyturn-sink-vercel@3.2.1-beta.1',
    ]);
  });

  it.each([
    '1.0.0; curl evil.example',
    '1.0.0 -p evil',
    '1.0.0\nid',
    '$(id)',
    '^1.0.0',
    'latest',
    'file:../evil',
    'https://evil.example/x.tgz',
    '1.0.0+build;id',
    '',
  ])('are refused where a manifest has the version %j', async (version) => {
    const refused = { code: 'ADAPTER_INVALID', effect: 'none' };
    await expect(
      packages(installed('@keyturn/sink-github', version, 'github'), ['github']),
    ).rejects.toMatchObject(refused);
    await expect(
      packages(installed('keyturn-sink-vercel', version, 'vercel'), ['vercel']),
    ).rejects.toMatchObject(refused);
    await expect(packages({}, [], version)).rejects.toMatchObject(refused);
  });
});
