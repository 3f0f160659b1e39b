import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { printable, type DefaultNames, type PipelineReading } from '@keyturn/core';

import type { System } from '../init/systems.ts';
import { pipelineUnread } from '../messages.ts';
import { parsePipeline } from './parse.ts';
import { usesIn, type Use } from './uses.ts';

/** What a job or a step of a CI system reads. */
interface SystemUse extends Use {
  /** The kind of the sinks of that system. */
  readonly kind: string;
}

/** What the pipelines of a checkout read, and which files were not read. */
export interface Pipelines {
  readonly uses: readonly SystemUse[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

const MOST_FILES = 200;
const MOST_BYTES = 256 * 1024;

/** Reads the pipelines below the root, with the files of the checkout that they include. Only reads. */
export async function readPipelines(
  root: string,
  systems: readonly Pick<System, 'kind' | 'ci'>[],
  names: DefaultNames,
  own: ReadonlySet<string>,
): Promise<Pipelines> {
  const uses: SystemUse[] = [];
  const unread: { readonly file: string; readonly reason: string }[] = [];
  const base = await realpath(root).catch(() => root);
  for (const { kind, ci } of systems) {
    const { pipelines, reading } = ci;
    if (reading === undefined) continue;
    const files = await pipelineFiles(base, pipelines);
    const read = async (path: string, at: number): Promise<void> => {
      const file = printable(path, 200);
      const text = at < MOST_FILES ? await pipelineText(base, path) : pipelineUnread.tooMany();
      const parsed = typeof text === 'string' ? { reason: text } : parse(text, reading);
      if (parsed === undefined) return;
      if ('reason' in parsed) unread.push({ file, reason: parsed.reason });
      else {
        for (const use of usesIn(file, parsed, reading, names, own)) uses.push({ kind, ...use });
        for (const include of parsed.includes) files.add(include);
      }
    };
    let at = 0;
    // Grows while it is read.
    for (const path of files) {
      await read(path, at++);
      if (at > MOST_FILES) break;
    }
  }
  return { uses, unread };
}

function parse(
  found: { readonly text: string } | undefined,
  reading: PipelineReading,
): ReturnType<typeof parsePipeline> | undefined {
  return found && parsePipeline(found.text, reading);
}

/** The files themselves, or those in the folders; all relative to the root. */
export async function pipelineFiles(root: string, paths: readonly string[]): Promise<Set<string>> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await readdir(join(root, path)).catch(() => undefined);
    for (const name of found?.toSorted() ?? [])
      if (/\.ya?ml$/.test(name)) files.add(`${path}/${name}`);
    if (found === undefined) files.add(path);
  }
  return files;
}

/** Undefined if it does not exist; otherwise the text, or the reason why it is not read. Links out of the checkout are not followed. */
export async function pipelineText(
  root: string,
  path: string,
): Promise<{ readonly text: string } | string | undefined> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  if (real === undefined) return undefined;
  if (relative(root, real).split(sep)[0] === '..') return pipelineUnread.outside();
  const found = await stat(real).catch(() => undefined);
  if (found?.isFile() !== true) return pipelineUnread.unreadable();
  if (found.size > MOST_BYTES) return pipelineUnread.tooLong();
  return readFile(real, 'utf8').then(
    (text) => ({ text }),
    () => pipelineUnread.unreadable(),
  );
}
