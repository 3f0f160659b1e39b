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
