import { relative } from 'node:path';

import { KeyturnError } from '@keyturn/core';

import type { Host } from '../host.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { showFile, writePlanned, type PlannedFile } from '../files/planned.ts';
import type { InitFlags } from './answers.ts';
import { count } from '@keyturn/host/text';

/**
 * Shows every file, and writes them with consent. Without a person to ask, files are made and extended, and one that would be
 * rewritten stays as it is.
 *
 * @throws {KeyturnError} `USAGE_INVALID` where a person says no, `FILE_FAILED`
 */
export async function writeFiles(
  files: readonly PlannedFile[],
  flags: InitFlags,
  host: Host,
  prompts: Prompts | undefined,
): Promise<void> {
  for (const file of files) showFile(file, host);
  const changed = files.filter(({ before, after }) => before !== after);
  if (changed.length === 0) return;
  host.stderr.write('\n');
  if (flags.dryRun === true) {
    host.stderr.write('  Nothing was written: leave out --dry-run to write it.\n');
    return;
  }
  const isNew = changed.every(({ before }) => before === undefined);
  if (prompts !== undefined && !(await prompts.confirm('Write this?', isNew)))
    throw new KeyturnError('USAGE_INVALID', 'nothing was written', {
      hint: 'Run it again, or write the files by hand.',
      effect: 'none',
    });
  const written = changed.filter((file) => prompts !== undefined || !isRewritten(file));
  for (const file of written) await writePlanned(file);
  host.stderr.write(`  Wrote ${count(written.length, 'file')}.\n`);
  for (const { path } of changed.filter((file) => !written.includes(file)))
    host.stderr.write(
      `  ${relative(host.directory, path)} stays as it is: nobody was there to ask.\n`,
    );
}

/** Something of the user's own would be gone. */
function isRewritten({ before, after }: PlannedFile): boolean {
  const lines = new Set(after.split('\n'));
  return before !== undefined && before.split('\n').some((line) => !lines.has(line));
}
