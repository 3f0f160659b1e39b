import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../temporary-folder.ts';

const url = (name: string): string => new URL(`../../src/${name}`, import.meta.url).href;
const core = new URL('../../../core/src/index.ts', import.meta.url).href;

/** A sink that says where it was opened. */
const sink = (kind: string): string => `
  import { defineSink } from ${JSON.stringify(core)};
  globalThis.loads = (globalThis.loads ?? 0) + 1;
  export default defineSink({
    kind: ${JSON.stringify(kind)},
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    env: [],
    parseTarget: ({ path }) => path,
    infer: async () => ${JSON.stringify(kind)} + ':inferred',
    connect: (path, { directory }) => ({ id: ${JSON.stringify(kind)} + ':' + path, limits: { directory } }),
  });
`;

/** Opens sinks in a Node of its own, as users have it: the test runner loads modules in its own way. */
async function inNode(folder: string, ...targets: readonly string[]): Promise<unknown> {
  const script = `
    const { Session } = await import(${JSON.stringify(url('session/session.ts'))});
    const [folder, ...targets] = process.argv.slice(1);
    const session = new Session({ env: {}, programFolder: folder, warn() {} }, folder);
    const results = [];
    for (const target of targets)
      results.push(
        await (target.includes(':') ? session.sink(target) : session.infer(target)).then(
          (opened) => opened.id ?? opened,
          ({ code, message, hint }) => ({ code, message, hint }),
        ),
      );
    process.stdout.write(JSON.stringify([...results, globalThis.loads ?? 0]));
  `;
  const options = ['--conditions=@keyturn/source', '--input-type=module', '--eval'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...options,
    script,
    folder,
    ...targets,
  ]);
  return JSON.parse(stdout);
}

describe('a sink from a module in the repository', () => {
  it('is opened under its own kind, imported once, from the folder of the configuration', async () => {
    const folder = await temporaryFolder({ 'sinks/vercel.ts': sink('vercel') });
    const absolute = path.join(folder, 'sinks/vercel.ts');
    expect(
      await inNode(
        folder,
        './sinks/vercel.ts:web',
        `${absolute}:api`,
        'vercel:docs',
        './sinks/vercel.ts',
      ),
    ).toEqual(['vercel:web', 'vercel:api', 'vercel:docs', 'vercel:inferred', 1]);
  });

  it('is imported from a folder whose package.json says CommonJS', async () => {
    const folder = await temporaryFolder({
      'package.json': '{ "type": "commonjs" }',
      'x.js': sink('here'),
    });
    expect(await inNode(folder, './x.js:y')).toEqual(['here:y', 1]);
  });

  it('is found in the folder above', async () => {
    const folder = await temporaryFolder({ 'x.mjs': sink('here'), 'below/': '' });
    expect(await inNode(path.join(folder, 'below'), '../x.mjs:y')).toEqual(['here:y', 1]);
  });

  it.each([
    ['missing', './x.ts:y', {}, 'ADAPTER_NOT_FOUND', 'does not exist', 'starts at'],
    ['a folder', './x.ts:y', { 'x.ts/': '' }, 'ADAPTER_NOT_FOUND', 'does not exist', 'path'],
    ['broken', './x.ts:y', { 'x.ts': 'const = 1' }, 'ADAPTER_INVALID', 'loading', 'node '],
    [
      'throwing',
      './x.mjs:y',
      { 'x.mjs': 'throw new Error("hunter2")' },
      'ADAPTER_INVALID',
      'loading',
      'node ',
    ],
    [
      'without core',
      './x.ts:y',
      { 'x.ts': "import '@keyturn/core'" },
      'ADAPTER_INVALID',
      'loading',
      'npm install --save-dev @keyturn/core',
    ],
    [
      'no sink',
      './x.ts:y',
      { 'x.ts': 'export default { kind: "x" }' },
      'ADAPTER_INVALID',
      'default export',
      'export default defineSink',
    ],
    [
      'without a default',
      './x.ts:y',
      { 'x.ts': 'export const a = 1' },
      'ADAPTER_INVALID',
      'default export',
      'export default defineSink',
    ],
    [
      'of a kind of ours',
      './x.ts:y',
      { 'x.ts': sink('github') },
      'ADAPTER_INVALID',
      '"github"',
      'kind',
    ],
  ])('is refused in a line: %s', async (_, target, files, code, message, hint) => {
    const folder = await temporaryFolder(files);
    const [error] = (await inNode(folder, target)) as [Record<string, string>];
    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(JSON.stringify(error)).not.toMatch(/hunter2|\\n| {2}at /);
  });

  it('is refused where two modules are of one kind: their ids could be the same', async () => {
    const folder = await temporaryFolder({ 'a.ts': sink('one'), 'b.ts': sink('one') });
    const [first, second] = (await inNode(folder, './a.ts:y', './b.ts:y')) as [string, object];
    expect(first).toBe('one:y');
    expect(second).toMatchObject({ code: 'ADAPTER_INVALID' });
  });
});
