import { join, relative } from 'node:path';

import { additionText, extendText, isData } from '../scaffold/edit-config.ts';
import type { Host } from '../host.ts';
import {
  configurationComplete,
  configurationExists,
  configurationIsProgram,
  nothingToWrite,
  nothingWritten,
  writeNext,
} from '../messages.ts';
import { promptsOf } from '../prompt/prompts.ts';
import { configText } from '../scaffold/config.ts';
import { planFile, showFile, writePlanned, type PlannedFile } from '../files/planned.ts';
import type { Discovery } from './discover.ts';

export interface ExtendFlags {
  readonly org?: string;
  readonly write?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Writes what was found into the configuration with `--write`, otherwise says how. An existing configuration is only changed after a question. */
export async function extend(discovery: Discovery, flags: ExtendFlags, host: Host): Promise<void> {
  const { config, additions, defaults, places } = discovery;
  const { stderr } = host;
  if (additions.length === 0) {
    if (flags.write === true)
      stderr.write(`${places.length === 0 ? nothingToWrite() : configurationComplete()}\n`);
    return;
  }
  if (config !== undefined && !isData(config.file)) {
    stderr.write(`\n${configurationIsProgram(relative(host.directory, config.file))}\n\n`);
    stderr.write(`${additionText(additions, defaults).replaceAll(/^/gm, '  ').trimEnd()}\n`);
    return;
  }
  if (flags.write !== true) {
    if (flags.json !== true) stderr.write(`\n${writeNext(config === undefined)}\n`);
    return;
  }
  const file = await plan(discovery, flags, host);
  showFile(file, host);
  if (!(await mayWrite(file, flags, host))) {
    stderr.write(`${nothingWritten()}\n`);
    return;
  }
  await writePlanned(file);
  stderr.write(`Wrote ${relative(host.directory, file.path)}.\n`);
}

async function plan(
  { config, issuer, account, additions, defaults }: Discovery,
  flags: ExtendFlags,
  { directory, env }: Host,
): Promise<PlannedFile> {
  if (config === undefined) {
    const org = flags.org ?? (env[account?.variable ?? ''] || undefined);
    const text = configText({ issuer, account, org }, additions, defaults);
    return planFile(join(directory, 'keyturn.config.yaml'), text);
  }
  const { before = '', path } = await planFile(config.file, '');
  return { path, before, after: extendText(config.file, before, additions, defaults) };
}

async function mayWrite(
  { path, before }: PlannedFile,
  { yes }: ExtendFlags,
  host: Host,
): Promise<boolean> {
  if (yes === true) return true;
  const prompts = promptsOf(host);
  const name = relative(host.directory, path);
  if (prompts !== undefined) return prompts.confirm(`\nWrite ${name}?`, before === undefined);
  if (before === undefined) return true;
  throw configurationExists(name);
}
