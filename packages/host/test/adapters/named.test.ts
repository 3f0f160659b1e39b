import { realpathSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { findBeside } from '../../src/adapters/beside.ts';
import { discoverAdapters } from '../../src/adapters/discover.ts';
import { Adapters } from '../../src/adapters/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const core = new URL('../../../core/src/index.ts', import.meta.url).href;
const manifest = (name: string, kind: string): string =>
  JSON.stringify({
    name,
    version: '1.2.3',
    type: 'module',
    main: 'index.js',
    keyturn: { sink: kind },
  });
const code = (kind: string): string => `
  import { defineSink } from ${JSON.stringify(core)};
  globalThis.planted = true;
  export default defineSink({ kind: ${JSON.stringify(kind)}, options: {}, env: [], parseTarget: () => ({}), connect: () => ({}) });
`;
const installed = (name: string, kind: string) => ({
  [`node_modules/${name}/package.json`]: manifest(name, kind),
  [`node_modules/${name}/index.js`]: code(kind),
});
/** Where the program is. */
const own = import.meta.dirname;
const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const kindsIn = async (folder: string): Promise<string[]> =>
  (await discoverAdapters(realpathSync(folder), own)).map(({ kind }) => kind);

describe('an adapter', () => {
  it.each(['keyturn-sink-vercel', '@keyturn/sink-vercel'])(
    'that is there by its name alone is neither loaded nor run: %s',
    async (name) => {
      const folder = await temporaryFolder({
        'package.json': JSON.stringify({ dependencies: { 'left-pad': '1' } }),
        ...installed(name, 'vercel'),
      });
      await expect(
        new Adapters({ project: folder, own }).load('sink', 'vercel'),
      ).rejects.toMatchObject({
        code: 'ADAPTER_NOT_FOUND',
        message: expect.stringContaining(`${name} is installed`),
        hint: expect.stringContaining(`npm install --save-dev ${name}`),
        effect: 'none',
      });
      expect(globalThis).not.toHaveProperty('planted');
    },
  );

  it.each(fields)('that the manifest of the project names in %s is one', async (field) => {
    const folder = await temporaryFolder({
      'package.json': JSON.stringify({ [field]: { 'keyturn-sink-vercel': '1' } }),
      ...installed('keyturn-sink-vercel', 'vercel'),
    });
    expect(await kindsIn(folder)).toContain('vercel');
  });

  it.each([
    ['workspaces', { workspaces: ['packages/*'] }, {}],
    ['pnpm-workspace.yaml', {}, { 'pnpm-workspace.yaml': 'packages: [packages/*]\n' }],
  ])('that the workspace around the project names is one: %s', async (_, root, files) => {
    const devDependencies = { 'keyturn-sink-vercel': '1' };
    const folder = await temporaryFolder({
      ...files,
      'package.json': JSON.stringify({ ...root, devDependencies }),
      'packages/web/package.json': '{}',
      ...installed('keyturn-sink-vercel', 'vercel'),
    });
    expect(await kindsIn(`${folder}/packages/web`)).toContain('vercel');
  });

  it('that another project around it names is none', async () => {
    const folder = await temporaryFolder({
      'package.json': JSON.stringify({ devDependencies: { 'keyturn-sink-vercel': '1' } }),
      'inner/package.json': '{}',
      ...installed('keyturn-sink-vercel', 'vercel'),
    });
    expect(await kindsIn(`${folder}/inner`)).not.toContain('vercel');
  });

  it("of keyturn's own is found beside the program, wherever the project is", async () => {
    expect(await findBeside('sink', 'env', own)).toMatchObject({
      packageName: '@keyturn/sink-env',
    });
    expect(await findBeside('sink', 'vercel', own)).toBeUndefined();
  });
});
