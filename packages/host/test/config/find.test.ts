import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { findConfig } from '../../src/config/find.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('finding the configuration', () => {
  it.each(['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'])(
    'finds keyturn.config.%s',
    async (extension) => {
      const name = `keyturn.config.${extension}`;
      const directory = await temporaryFolder({ [name]: '' });
      expect(await findConfig({ directory, env: {} })).toBe(path.join(directory, name));
    },
  );

  it('looks in the folders above, up to the root of the checkout', async () => {
    const root = await temporaryFolder({ '.git/': '', 'keyturn.config.yaml': '', 'a/b/': '' });
    const directory = path.join(root, 'a/b');
    expect(await findConfig({ directory, env: {} })).toBe(path.join(root, 'keyturn.config.yaml'));
  });

  it('does not look above the root of the checkout, which a worktree marks with a file', async () => {
    const root = await temporaryFolder({
      'keyturn.config.yaml': '',
      'checkout/.git': 'gitdir: …',
      'checkout/a/': '',
    });
    expect(await findConfig({ directory: path.join(root, 'checkout/a'), env: {} })).toBeUndefined();
  });

  it('takes the nearest one', async () => {
    const root = await temporaryFolder({
      '.git/': '',
      'keyturn.config.yaml': '',
      'a/keyturn.config.ts': '',
    });
    const directory = path.join(root, 'a');
    expect(await findConfig({ directory, env: {} })).toBe(
      path.join(directory, 'keyturn.config.ts'),
    );
  });

  it('passes over a folder of that name', async () => {
    const directory = await temporaryFolder({ '.git/': '', 'keyturn.config.ts/': '' });
    expect(await findConfig({ directory, env: {} })).toBeUndefined();
  });

  it('refuses to choose between two in one folder', async () => {
    const directory = await temporaryFolder({ 'keyturn.config.ts': '', 'keyturn.config.yml': '' });
    await expect(findConfig({ directory, env: {} })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      effect: 'none',
      message: expect.stringMatching(/keyturn\.config\.ts and keyturn\.config\.yml/),
    });
  });

  it('takes the file that was named before the one in the environment, and that before any search', async () => {
    const directory = await temporaryFolder({
      'keyturn.config.ts': '',
      'a.yaml': '',
      'b.yaml': '',
    });
    const env = { KEYTURN_CONFIG: 'b.yaml' };
    const of = (name: string): string => path.join(directory, name);
    expect(await findConfig({ directory, explicit: 'a.yaml', env })).toBe(of('a.yaml'));
    expect(await findConfig({ directory, env })).toBe(of('b.yaml'));
    expect(await findConfig({ directory, env: { KEYTURN_CONFIG: '' } })).toBe(
      of('keyturn.config.ts'),
    );
  });

  it('names the file that is not there, and who asked for it', async () => {
    const directory = await temporaryFolder({ 'keyturn.config.ts': '' });
    const missing = path.join(directory, 'missing.yaml');
    await expect(
      findConfig({ directory, explicit: 'missing.yaml', env: {} }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(missing),
    });
    await expect(findConfig({ directory, env: { KEYTURN_CONFIG: missing } })).rejects.toMatchObject(
      {
        message: expect.stringMatching(/KEYTURN_CONFIG/),
      },
    );
  });
});

const CONTENT = 'issuer: { kind: planetscale }\nrotations: { ci: { sinks: [env:a] } }\n';

describe('a name that is nearly right', () => {
  it.each([
    'keyturn.yaml',
    'keyturn.yml',
    '.keyturn.yaml',
    '.keyturnrc',
    'keyturn.config.yml.txt',
    'keyturn.config.yaml.txt',
    'Keyturn.config.yaml',
    'keyturn-config.yaml',
    'keyturn.conf.yml',
    'keyturn.config.jsonc',
    'keyturn.config.cjs',
    'keyturn.config.cts',
    'keyturn.config',
    '.keyturn.config.json',
    '.github/keyturn.config.yml',
    '.config/keyturn.yaml',
    'config/keyturn.config.yaml',
  ])('is said where nothing else is found: %s', async (name) => {
    const directory = await temporaryFolder({ '.git/': '', [name]: CONTENT, 'a/': '' });
    for (const folder of [directory, path.join(directory, 'a')])
      await expect(findConfig({ directory: folder, env: {} })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        effect: 'none',
        message: expect.stringContaining(`${path.join(directory, name)}: `),
        hint: expect.stringMatching(/keyturn\.config\.\w+.*--config/),
      });
  });

  it.each([
    ['keyturn.yaml', 'kind: Deployment\nmetadata: { name: keyturn }\n'],
    ['.circleci/keyturn.yml', 'version: 2.1\njobs: {}\n'],
    ['keyturn.config.yaml.bak', CONTENT],
    ['keyturn.config.example.yaml', CONTENT],
    ['keyturn.config.production.yaml', CONTENT],
    ['keyturn.yaml/', ''],
    ['deep/er/keyturn.yaml', CONTENT],
  ])('is nothing else: %s', async (name, text) => {
    const directory = await temporaryFolder({ '.git/': '', [name]: text });
    expect(await findConfig({ directory, env: {} })).toBeUndefined();
  });

  it('does not matter beside the right one, or where a file is named', async () => {
    const directory = await temporaryFolder({
      '.git/': '',
      'keyturn.yaml': CONTENT,
      'a/keyturn.config.yaml': CONTENT,
    });
    const found = await findConfig({ directory: path.join(directory, 'a'), env: {} });
    expect(found).toBe(path.join(directory, 'a/keyturn.config.yaml'));
    expect(await findConfig({ directory, explicit: 'keyturn.yaml', env: {} })).toBe(
      path.join(directory, 'keyturn.yaml'),
    );
  });

  it('is meant where the named file does not exist', async () => {
    const directory = await temporaryFolder({ 'keyturn.config.yaml': CONTENT });
    await expect(
      findConfig({ directory, explicit: 'keyturn.config.yml', env: {} }),
    ).rejects.toMatchObject({ hint: 'Did you mean keyturn.config.yaml?' });
  });
});
