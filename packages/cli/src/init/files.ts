import { join, relative } from 'node:path';

import { additionText, extendText, isData, type Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Host } from '../host.ts';
import { addByHand } from '../messages.ts';
import type { System } from './systems.ts';
import { configText, type NewConfig } from '../scaffold/config.ts';
import { pipelineRequest, type Wanted } from '../scaffold/pipeline/pipeline.ts';
import { planFile, type PlannedFile } from '../files/planned.ts';

/** Files to write, and what is left to do by hand. */
export interface Planned {
  readonly files: readonly PlannedFile[];
  readonly byHand: readonly string[];
}

/** A new configuration, or the extended existing one. */
export async function planConfig(
  { config, defaults }: Pick<Discovery, 'config' | 'defaults'>,
  additions: readonly Addition[],
  wanted: NewConfig,
  { directory }: Host,
): Promise<Planned> {
  if (config === undefined) {
    const text = configText(wanted, additions, defaults);
    return { files: [await planFile(join(directory, 'keyturn.config.yaml'), text)], byHand: [] };
  }
  if (additions.length === 0) return { files: [], byHand: [] };
  if (!isData(config.file)) {
    const lines = additionText(additions, defaults).trim().replaceAll(/\s+/g, ' ');
    return { files: [], byHand: [addByHand(relative(directory, config.file), lines)] };
  }
  const { path, before = '' } = await planFile(config.file, '');
  const after = extendText(config.file, before, additions, defaults);
  return { files: [{ path, before, after }], byHand: [] };
}

/**
 * Ignores the folder of the ledger, which has a branch of its own, and the packages that the pipeline installs, but not their lock
 * file. Changes nothing if git ignores them already.
 */
export async function planIgnore(
  folder: string | undefined,
  { directory }: Host,
): Promise<Planned> {
  const { path, before = '' } = await planFile(join(directory, '.gitignore'), '');
  const there = new Set(
    before.split(/\r?\n/).map((line) => line.trim().replaceAll(/^\/|\/$/g, '')),
  );
  const added = there.has('.keyturn') ? [] : ['.keyturn/'];
  if (folder !== undefined) {
    const installed = `${folder}/node_modules`;
    if (!['node_modules', '**/node_modules', installed].some((line) => there.has(line)))
      added.push(`${installed}/`);
    const lock = `!/${folder}/package-lock.json`;
    const isHidden = there.has('package-lock.json') || there.has('**/package-lock.json');
    if (isHidden && !there.has(lock)) added.push(lock);
  }
  if (added.length === 0) return { files: [], byHand: [] };
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  const after = `${before}${separator}${added.map((line) => `${line}\n`).join('')}`;
  return { files: [await planFile(path, after)], byHand: [] };
}

/** The files of a pipeline, and what is left to do by hand because a file of the user is not rewritten. */
export async function planPipeline(
  { ci }: System,
  wanted: Wanted,
  { directory }: Host,
): Promise<Planned> {
  const { path, text, aside, root } = ci.pipeline(pipelineRequest(wanted));
  const own = await planFile(join(directory, path), text);
  if (aside !== undefined && own.before !== undefined && own.before !== own.after)
    return {
      files: [await planFile(join(directory, aside.path), own.after)],
      byHand: [aside.todo],
    };
  if (root === undefined) return { files: [own], byHand: [] };
  const including = await planFile(join(directory, root.path), root.text);
  if (including.before === undefined) return { files: [own, including], byHand: [] };
  return { files: [own], byHand: including.before.includes(root.mark) ? [] : [root.todo] };
}
