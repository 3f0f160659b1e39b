import { relative } from 'node:path';

import type { Host } from '../host.ts';
import { dryRunOver, fileKept, filesRefused } from '../messages.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { showFile, writePlanned, type PlannedFile } from '../files/planned.ts';
import type { InitFlags } from './answers.ts';
import { count } from '@keyturn/host/text';

/**
 * Shows every file, and writes them after a question. Without a terminal, files are created and extended, but not rewritten.
 *
 * @throws {KeyturnError} `USAGE_INVALID` if the user says no, `FILE_FAILED`
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
    host.stderr.write(`  ${dryRunOver()}\n`);
    return;
  }
  const isNew = changed.every(({ before }) => before === undefined);
  if (prompts !== undefined && !(await prompts.confirm('Write these files?', isNew)))
    throw filesRefused();
  const written = changed.filter((file) => prompts !== undefined || !isRewritten(file));
  for (const file of written) await writePlanned(file);
  host.stderr.write(`  Wrote ${count(written.length, 'file')}.\n`);
  for (const { path } of changed.filter((file) => !written.includes(file)))
    host.stderr.write(`  ${fileKept(relative(host.directory, path))}\n`);
}

/** Lines of the user would be lost. */
function isRewritten({ before, after }: PlannedFile): boolean {
  const lines = new Set(after.split('\n'));
  return before !== undefined && before.split('\n').some((line) => !lines.has(line));
}
