import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@invalid',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@invalid',
  LC_ALL: 'C',
};

export async function temporary(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'keyturn-test-git-')));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Runs git as a user would. */
export async function git(folder: string, ...command: string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', folder, ...command], {
    env: ENV,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** The same, with standard input. */
export async function gitWith(folder: string, input: string, ...command: string[]) {
  const child = spawn('git', ['-C', folder, ...command], {
    env: ENV,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return output.trim();
}

export async function bareRepository(parent: string, name = 'ledger.git'): Promise<string> {
  const folder = join(parent, name);
  await git(parent, 'init', '--quiet', '--bare', '--initial-branch=main', name);
  return folder;
}

export async function fileIn(bare: string, branch: string, path: string) {
  const { stdout } = await execute('git', ['-C', bare, 'cat-file', 'blob', `${branch}:${path}`], {
    env: ENV,
    maxBuffer: 64 * 1024 * 1024,
  }).catch(() => ({ stdout: undefined }));
  return stdout;
}

/** Commits a file onto a branch of a bare repository, behind the back of all stores. */
export async function putFile(
  bare: string,
  branch: string,
  path: string,
  content: string,
): Promise<void> {
  const commit = await commitFile(bare, branch, path, content);
  await git(bare, 'update-ref', `refs/heads/${branch}`, commit);
}

/** The commit for that, which is not on the branch yet. */
export async function commitFile(
  bare: string,
  branch: string,
  path: string,
  content: string,
): Promise<string> {
  const tree = await git(bare, 'ls-tree', branch).catch(() => '');
  const lines = tree.split('\n').filter((line) => line !== '' && !line.endsWith(`\t${path}`));
  const blob = await gitWith(bare, content, 'hash-object', '-w', '--stdin');
  lines.push(`100644 blob ${blob}\t${path}`);
  const made = await gitWith(bare, lines.map((line) => `${line}\n`).join(''), 'mktree');
  const parent = await git(bare, 'rev-parse', '--verify', '--quiet', branch).catch(() => '');
  const parents = parent === '' ? [] : ['-p', parent];
  return git(bare, 'commit-tree', ...parents, '-m', 'by hand', made);
}

/** A hook that every push runs. */
export async function hook(bare: string, name: string, script: string): Promise<void> {
  const path = join(bare, 'hooks', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

export function refusePushes(bare: string): Promise<void> {
  return hook(bare, 'pre-receive', 'echo "the disk is full" >&2; exit 1');
}
