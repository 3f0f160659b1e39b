import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { shapeProblems } from '../check-packages.ts';
import { BROKEN } from './broken-trees.ts';
import { validTree } from './valid-tree.ts';

describe('the shape of packages', () => {
  it('is right where everything is as it must be', () => {
    expect(shapeProblems(validTree())).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('is refused for %s', (_, [change, line]) => {
    const tree = validTree();
    change(tree);
    const problems = shapeProblems(tree);
    expect(problems).toEqual([expect.stringContaining(line)]);
  });
});

/** Runs the command on a tree that is written to a folder. */
async function run(tree: ReadonlyMap<string, string>): Promise<{ code: number; lines: string[] }> {
  const root = await mkdtemp(path.join(tmpdir(), 'keyturn-shape-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, text] of tree) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const script = fileURLToPath(new URL('../check-packages.ts', import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, root], (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, lines: stdout.split('\n').filter(Boolean) }),
    );
  });
}

describe('the command', () => {
  it('ends with 0 and says nothing where nothing is wrong', async () => {
    expect(await run(validTree())).toEqual({ code: 0, lines: [] });
  });

  it('ends with 1 and a line for each problem, and looks into no node_modules', async () => {
    const tree = validTree();
    tree.set('packages/http/node_modules/y/package.json', '{}');
    tree.set('packages/http/src/deep/y.ts', 'console.log(process.pid);');
    tree.delete('docs/errors.md');
    const { code, lines } = await run(tree);
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringContaining('packages/http/src/deep/y.ts:1: uses process'),
      expect.stringContaining('packages/http/src/deep/y.ts:1: uses the console'),
      'docs/errors.md: has no paragraph "## NET_FAILED"',
    ]);
  });
});
