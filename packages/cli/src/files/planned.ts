import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

import { KeyturnError } from '@keyturn/core';

import type { Host } from '../host.ts';
import { diffText } from '../output/diff.ts';
import { painter } from '../output/style.ts';
import { count } from '@keyturn/host/text';

/** A file as it is to be. */
export interface PlannedFile {
  readonly path: string;
  /** What is there now; undefined where nothing is. */
  readonly before: string | undefined;
  readonly after: string;
  /** Made by a program, and nothing that a person reads line by line. */
  readonly isLong?: boolean;
}

/** @throws {KeyturnError} `FILE_FAILED` for what is there and cannot be read */
export async function planFile(path: string, after: string): Promise<PlannedFile> {
  try {
    return { path, before: await readFile(path, 'utf8'), after };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { path, before: undefined, after };
    throw failed(path, 'read', error);
  }
}

/** Shows what would be written: a new file as a whole, another one by what changes in it. */
export function showFile(file: PlannedFile, { directory, stderr }: Host): void {
  const { path, before, after, isLong = false } = file;
  const paint = painter(stderr);
  const name = relative(directory, path);
  const what = before === undefined ? 'new' : before === after ? 'stays as it is' : 'changes';
  stderr.write(`\n${paint('bold', name)} ${paint('dim', `(${what})`)}\n`);
  if (before === after) return;
  if (isLong) stderr.write(`  ${count(after.trimEnd().split('\n').length, 'line')}\n`);
  else stderr.write(diffText(before ?? '', after, stderr));
}

/**
 * Writes the file as it was shown, in one go; what was changed meanwhile is not overwritten.
 *
 * @throws {KeyturnError} `FILE_FAILED`
 */
export async function writePlanned({ path, before, after }: PlannedFile): Promise<void> {
  if (before === after) return;
  const now = await planFile(path, after);
  if (now.before !== before)
    throw new KeyturnError('FILE_FAILED', `${path} was changed meanwhile, so it was not written`, {
      hint: 'Run it again.',
      effect: 'none',
    });
  try {
    await mkdir(dirname(path), { recursive: true });
    const target = before === undefined ? path : await realpath(path);
    const mode = before === undefined ? 0o666 : (await stat(target)).mode;
    const draft = `${target}.${randomUUID().slice(0, 8)}`;
    try {
      const handle = await open(draft, 'wx', mode);
      try {
        await handle.writeFile(after);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    throw failed(path, 'written', error);
  }
}

function failed(path: string, what: string, error: unknown): KeyturnError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new KeyturnError('FILE_FAILED', `${path} cannot be ${what} (${code})`, {
    hint: 'Check the path, and who may read and write it.',
    effect: 'none',
  });
}
