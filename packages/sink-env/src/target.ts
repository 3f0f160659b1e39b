import { isAbsolute, relative, resolve, sep } from 'node:path';

import { checkOptions, chooseOption, formatTarget, type Target } from '@keyturn/core';

import { formats, type FormatName } from './formats/formats.ts';
import * as messages from './messages.ts';

/** One file and its format. The folder that a relative path starts from is not known yet. */
export interface EnvTarget {
  readonly path: string;
  readonly format: FormatName;
}

const names = Object.keys(formats) as FormatName[];

/**
 * Parses `env:PATH[?format=dotenv|shell|docker|systemd]`.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseEnvTarget(target: Target): EnvTarget {
  const { path } = target;
  if (path === '' || /(?:^|[/\\])\.{0,2}$/.test(path)) throw messages.pathMissing(target);
  if (/^~[^/\\]*[/\\]|^~$/.test(path)) throw messages.tildeUnsupported(target);
  if (path === '-') throw messages.outputIsNoSink(target);
  if (path.includes('\0')) throw messages.pathWithZeroByte(target);
  checkOptions(target, {
    known: ['format'],
    place: 'an env file',
    hint: messages.optionsHint,
  });
  return { path, format: chooseOption(target, 'format', names) ?? defaultFormat(path) };
}

/**
 * The canonical target: the path relative to the folder if it is inside it or was given so, and the format if it is not the default.
 *
 * @param real the real path of the folder, if `directory` is a link to it
 */
export function canonicalId(
  { path, format }: EnvTarget,
  directory: string,
  real = directory,
): string {
  const absolute = resolve(directory, path);
  const from = [directory, real].find((folder) => isBelow(folder, absolute));
  const shown =
    isAbsolute(path) && from === undefined ? absolute : relative(from ?? directory, absolute);
  // Both would be refused.
  const start = shown.startsWith('~') || shown === '-' ? './' : '';
  return formatTarget('env', `${start}${shown.replaceAll(sep, '/')}`, {
    format: format === defaultFormat(absolute) ? undefined : format,
  });
}

/** Whether a path is inside a folder. Compares the text of the absolute paths only. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function defaultFormat(path: string): FormatName {
  return /(?:^|[/\\])\.envrc(?:\.[^/\\]+)?$|\.sh$/.test(path) ? 'shell' : 'dotenv';
}
