import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

import { codeOf, hasCode } from '@keyturn/core';

import type { Host } from '../host.ts';
import { fileChanged, fileNotReadable, fileNotWritable } from '../messages.ts';
import { diffText } from '../output/diff.ts';
import { painter } from '../output/style.ts';
import { count } from '@keyturn/host/text';

/** A file to be written. */
export interface PlannedFile {
  readonly path: string;
  /** The current text; undefined if the file does not exist. */
  readonly before: string | undefined;
  readonly after: string;
  /** Generated, so it is not shown line by line. */
  readonly isLong?: boolean;
}

/** @throws {KeyturnError} `FILE_FAILED` if the file exists and cannot be read */
export async function planFile(path: string, after: string): Promise<PlannedFile> {
  try {
    return { path, before: await readFile(path, 'utf8'), after };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { path, before: undefined, after };
    throw fileNotReadable(path, codeOf(error) ?? 'unknown');
  }
}

/** Shows what would be written: all of a new file, otherwise the changes. */
export function showFile(file: PlannedFile, { directory, stderr }: Host): void {
  const { path, before, after, isLong = false } = file;
  const paint = painter(stderr);
  const name = relative(directory, path);
  const what = before === undefined ? 'new' : before === after ? 'unchanged' : 'changed';
  stderr.write(`\n${paint('bold', name)} ${paint('dim', `(${what})`)}\n`);
  if (before === after) return;
  if (isLong) stderr.write(`  ${count(after.trimEnd().split('\n').length, 'line')}\n`);
  else stderr.write(diffText(before ?? '', after, stderr));
}

/**
 * Writes the file atomically, unless it was changed after it was shown.
 *
 * @throws {KeyturnError} `FILE_FAILED`
 */
export async function writePlanned({ path, before, after }: PlannedFile): Promise<void> {
  if (before === after) return;
  const now = await planFile(path, after);
  if (now.before !== before) throw fileChanged(path);
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
    throw fileNotWritable(path, codeOf(error) ?? 'unknown');
  }
}
