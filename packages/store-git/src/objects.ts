import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { gitFailed } from './failure.ts';
import type { Call, Git } from './git.ts';
import { objectMissing } from './messages.ts';
import type { Ended } from './run.ts';

/** One name in a folder of the branch. */
export interface Entry {
  /** `100644` for a file, `040000` for a folder. */
  readonly mode: string;
  readonly id: string;
}
export type Tree = ReadonlyMap<string, Entry>;

export const FILE = '100644';
export const FOLDER = '040000';

const LARGEST = 1024 * 1024 * 1024;
const IDENTITY = { name: 'keyturn', email: 'keyturn@invalid' };

/** The objects of a repository that belongs to this run. */
export class Objects {
  readonly #git: Git;
  readonly #folder: string;
  readonly #where: string;

  /** @param where for errors */
  constructor(git: Git, folder: string, where: string) {
    this.#git = git;
    this.#folder = folder;
    this.#where = where;
  }

  /**
   * Reads objects by their ids, or a tree by `COMMIT^{tree}`.
   *
   * @throws {KeyturnError} `STATE_FAILED` if one is missing: a ledger that cannot be read is not an empty one
   */
  async read(names: readonly string[], signal: AbortSignal): Promise<readonly Buffer[]> {
    if (names.length === 0) return [];
    const input = names.map((name) => `${name}\n`).join('');
    const { stdout } = await this.#run(['cat-file', '--batch'], { input, signal, most: LARGEST });
    let at = 0;
    return names.map(() => {
      const end = stdout.indexOf('\n', at);
      const [, size] = /^[0-9a-f]+ [a-z]+ (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? [];
      const start = end + 1;
      at = start + Number(size) + 1;
      if (size === undefined || at > stdout.length) throw objectMissing(this.#where);
      return stdout.subarray(start, at - 1);
    });
  }

  /** Writes files, and returns their ids. */
  async writeFiles(contents: readonly Buffer[], signal: AbortSignal): Promise<readonly string[]> {
    if (contents.length === 0) return [];
    const names = contents.map((_, number) => join('draft', String(number)));
    for (const [number, name] of names.entries())
      await writeFile(join(this.#folder, name), contents[number] ?? '', { mode: 0o600 });
    const input = names.map((name) => `${name}\n`).join('');
    const command = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
    const { stdout } = await this.#run(command, { input, signal });
    const ids = stdout.toString().trim().split('\n');
    if (ids.length !== contents.length) throw objectMissing(this.#where);
    return ids;
  }

  async writeTree(tree: Tree, signal: AbortSignal): Promise<string> {
    const input = [...tree]
      .map(
        ([name, { mode, id }]) => `${mode} ${mode === FOLDER ? 'tree' : 'blob'} ${id}\t${name}\0`,
      )
      .join('');
    const { stdout } = await this.#run(['mktree', '--missing', '-z'], { input, signal });
    return stdout.toString().trim();
  }

  /** @param seconds since 1970 */
  async writeCommit(
    tree: string,
    parent: string | undefined,
    message: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<string> {
    const command = ['commit-tree', ...(parent === undefined ? [] : ['-p', parent]), tree];
    const date = `@${seconds} +0000`;
    const env = {
      GIT_AUTHOR_NAME: IDENTITY.name,
      GIT_AUTHOR_EMAIL: IDENTITY.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: IDENTITY.name,
      GIT_COMMITTER_EMAIL: IDENTITY.email,
      GIT_COMMITTER_DATE: date,
    };
    const { stdout } = await this.#run(command, { input: message, signal, env });
    return stdout.toString().trim();
  }

  /** Whether a commit is another one, or among its ancestors. */
  async isAncestor(commit: string, of: string, signal: AbortSignal): Promise<boolean> {
    const command = ['--git-dir', this.#folder, 'merge-base', '--is-ancestor', commit, of];
    const ended = await this.#git.run(command, { cwd: this.#folder, signal });
    if (ended.code === 0 || ended.code === 1) return ended.code === 0;
    throw gitFailed(this.#where, ended, 'unknown');
  }

  async #run(command: readonly string[], call: Omit<Call, 'cwd'>): Promise<Ended> {
    const ended = await this.#git.run(['--git-dir', this.#folder, ...command], {
      ...call,
      cwd: this.#folder,
    });
    if (ended.cause !== 'exit' || ended.code !== 0) throw gitFailed(this.#where, ended);
    return ended;
  }
}

/** Parses a tree object. */
export function parseTree(tree: Buffer, idLength: number): Tree {
  const entries = new Map<string, Entry>();
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0, space);
    const mode = tree.toString('latin1', at, space).padStart(6, '0');
    const name = tree.toString('utf8', space + 1, end);
    at = end + 1 + idLength;
    entries.set(name, { mode, id: tree.toString('hex', end + 1, at) });
  }
  return entries;
}
