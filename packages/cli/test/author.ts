import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Puts core and Node's types where an author's install would. */
export async function installCore(folder: string): Promise<void> {
  for (const [name, target] of [
    ['@keyturn/core', 'packages/core'],
    ['@types/node', 'node_modules/@types/node'],
  ] as const) {
    const link = join(folder, 'node_modules', name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(join(repository, target), link, 'junction');
  }
}

/** Runs tests as an author does, `node --test`, and counts them. */
export async function nodeTest(
  folder: string,
  files: string,
): Promise<{ passed: number; failed: number }> {
  const options = ['--conditions=@keyturn/source', '--test', '--test-reporter=tap', files];
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: '--conditions=@keyturn/source' };
  const run = promisify(execFile)(process.execPath, options, { cwd: folder, env });
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
  const count = (what: string): number =>
    Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? -1);
  return { passed: count('pass'), failed: count('fail') };
}

/** Type checks a folder as an author does. */
export async function typeCheck(folder: string): Promise<string> {
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const run = promisify(execFile)(tsc, ['--noEmit', '--customConditions', '@keyturn/source'], {
    cwd: folder,
  });
  return run.then(
    () => 'clean',
    ({ stdout }: { stdout?: string }) => stdout || 'it did not run',
  );
}
