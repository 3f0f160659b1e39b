import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { initCommand } from '../../src/commands/init.ts';
import { sinkPackage } from '../../src/scaffold/sink-package.ts';
import { installCore, nodeTest, typeCheck } from '../author.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

async function init(
  directory: string,
  sinkPackageName?: string,
  words: readonly string[] = [],
): Promise<string> {
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const flags = {
    name: [],
    ...(sinkPackageName !== undefined && { sinkPackage: sinkPackageName }),
  };
  await initCommand(words, flags, { directory, stdout } as never);
  return printed;
}

describe('keyturn init --sink-package', () => {
  it('makes a package whose conformance test passes from the first minute', async () => {
    const folder = await temporaryFolder({});
    expect(await init(folder, 'my-vault')).toContain('Next: cd keyturn-sink-my-vault');
    const made = join(folder, 'keyturn-sink-my-vault');
    await installCore(made);
    const { passed, failed } = await nodeTest(made, 'test/**/*.test.ts');
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(20);
    expect(await typeCheck(made)).toBe('clean');
  });

  it('names the package by convention and says in its manifest what it is', async () => {
    const folder = await temporaryFolder({});
    await init(folder, 'vercel');
    const text = await readFile(join(folder, 'keyturn-sink-vercel/package.json'), 'utf8');
    const core = new URL('../../../core/package.json', import.meta.url);
    const { version } = JSON.parse(await readFile(core, 'utf8')) as { version: string };
    expect(JSON.parse(text)).toMatchObject({
      name: 'keyturn-sink-vercel',
      keyturn: { sink: 'vercel' },
      peerDependencies: { '@keyturn/core': `^${version.split('.')[0]}.0.0` },
    });
  });

  it('leaves no placeholder', () => {
    expect(Object.values(sinkPackage('a-b-c')).join('')).not.toMatch(/__\w+?__/);
  });

  it('writes nothing into a folder that is there', async () => {
    const folder = await temporaryFolder({});
    await mkdir(join(folder, 'keyturn-sink-vercel'));
    await expect(init(folder, 'vercel')).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    expect(await readdir(join(folder, 'keyturn-sink-vercel'))).toEqual([]);
  });

  it.each(['', 'Vercel', '../up', 'a b', '1st', 'a--b', 'github', 'x'.repeat(41)])(
    'refuses the kind %j',
    async (kind) => {
      const folder = await temporaryFolder({});
      await expect(init(folder, kind)).rejects.toMatchObject({ code: 'USAGE_INVALID' });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('looks nowhere else', async () => {
    const folder = await temporaryFolder({});
    await expect(init(folder, 'vercel', ['github:acme'])).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
