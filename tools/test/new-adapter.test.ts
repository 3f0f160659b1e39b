import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { shapeProblems } from '../check-packages.ts';
import { newSink } from '../new-adapter.ts';
import { validTree } from './valid-tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);

/** A workspace of its own that holds nothing but the new package, and what is installed here. */
async function written(files: ReadonlyMap<string, string>, folder: string): Promise<string> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'keyturn-adapter-'));
  onTestFinished(() => rm(workspace, { recursive: true, force: true }));
  for (const [name, text] of files) {
    await mkdir(path.dirname(path.join(workspace, name)), { recursive: true });
    await writeFile(path.join(workspace, name), text);
  }
  await copyFile(path.join(root, 'tsconfig.base.json'), path.join(workspace, 'tsconfig.base.json'));
  await symlink(path.join(root, 'node_modules'), path.join(workspace, 'node_modules'), 'junction');
  const scope = path.join(workspace, folder, 'node_modules/@keyturn');
  await mkdir(scope, { recursive: true });
  await symlink(path.join(root, 'packages/core'), path.join(scope, 'core'), 'junction');
  return path.join(workspace, folder);
}

function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
    execFile(command, args, { cwd, env }, (error, stdout, stderr) =>
      resolve(error === null ? stdout : `failed: ${stdout}${stderr}`),
    );
  });
}

describe('a new sink', () => {
  it('has the shape of its siblings', async () => {
    const tree = new Map([...validTree(), ...(await newSink('my-vault'))]);
    expect(shapeProblems(tree)).toEqual([]);
  });

  it('leaves no placeholder', async () => {
    expect([...(await newSink('a-b-c')).values()].join('')).not.toMatch(/__\w+?__/);
  });

  it('passes the conformance kit and the compiler as it is', async () => {
    const folder = await written(await newSink('my-vault'), 'packages/sink-my-vault');
    expect(await run(bin('tsc'), ['-p', '.'], folder)).toBe('');
    const config = path.join(root, 'vitest.config.ts');
    const said = await run(bin('vitest'), ['run', '--config', config, '--root', '.'], folder);
    expect(said).toMatch(/^ +Tests +\d{2} passed/m);
  });
});
