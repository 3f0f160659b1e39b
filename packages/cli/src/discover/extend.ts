import { join, relative } from 'node:path';

import type { IssuerConfig } from '@keyturn/host/config';

import { additionText, extendText, isData, type Addition } from '../scaffold/edit-config.ts';
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
import { askOptions, type IssuerFlags } from '../init/issuer-options.ts';
import { configText } from '../scaffold/config.ts';
import { planFile, showFile, writePlanned, type PlannedFile } from '../files/planned.ts';
import type { Discovery } from './discover.ts';

export interface ExtendFlags extends IssuerFlags {
  readonly write?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Writes what was found into the configuration with `--write`, otherwise says how. An existing configuration is only changed after a question. */
export async function extend(discovery: Discovery, flags: ExtendFlags, host: Host): Promise<void> {
  const { config, defaults, places } = discovery;
  const additions =
    flags.write === true ? await withIssuer(discovery, flags, host) : discovery.additions;
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
  const file = await plan({ ...discovery, additions }, flags, host);
  showFile(file, host);
  if (!(await mayWrite(file, flags, host))) {
    stderr.write(`${nothingWritten()}\n`);
    return;
  }
  await writePlanned(file);
  stderr.write(`Wrote ${relative(host.directory, file.path)}.\n`);
}

async function plan(
  { config, issuer, additions, defaults }: Discovery,
  flags: ExtendFlags,
  host: Host,
): Promise<PlannedFile> {
  if (config === undefined) {
    const options = await knownOptions(issuer, flags, config, host);
    const text = configText({ issuer, options }, additions, defaults);
    return planFile(join(host.directory, 'keyturn.config.yaml'), text);
  }
  const { before = '', path } = await planFile(config.file, '');
  return { path, before, after: extendText(config.file, before, additions, defaults) };
}

/** New rotations of another issuer than the configuration's name it. */
async function withIssuer(
  { isOwn, issuer, config, additions }: Discovery,
  flags: ExtendFlags,
  host: Host,
): Promise<readonly Addition[]> {
  if (!isOwn || !additions.some(({ isNew }) => isNew)) return additions;
  const options = await knownOptions(issuer, flags, config, host);
  const own = { kind: issuer.kind, options };
  return additions.map((one) => (one.isNew ? { ...one, issuer: own } : one));
}

/** Without the account if nothing names it: it can come from the environment. */
async function knownOptions(
  issuer: Discovery['issuer'],
  flags: ExtendFlags,
  config: Discovery['config'],
  host: Host,
): Promise<IssuerConfig['options']> {
  const { account, ...others } = issuer;
  const isKnown = account !== undefined && (flags.org ?? host.env[account.variable] ?? '') !== '';
  return askOptions(flags, isKnown ? issuer : others, config, host, undefined);
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
