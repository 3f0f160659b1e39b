import { isAbsolute, relative, resolve, sep } from 'node:path';

import { formatTarget, KeyturnError, nearest, type Target } from '@keyturn/core';

import { formats, type FormatName } from './formats/formats.ts';

/** One file and how it is written, before it is known which folder a relative path starts from. */
export interface EnvTarget {
  readonly path: string;
  readonly format: FormatName;
}

const names = Object.keys(formats) as FormatName[];

/**
 * Understands `env:PATH[?format=dotenv|shell|docker]`.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseEnvTarget(target: Target): EnvTarget {
  const { path, query } = target;
  if (path === '' || /(?:^|[/\\])\.{0,2}$/.test(path))
    throw invalid(target, 'its path names no file', 'Write env:PATH, such as env:.env.local.');
  if (/^~[^/\\]*[/\\]|^~$/.test(path))
    throw invalid(target, 'no shell expands its ~', 'Write the whole path of the file.');
  if (path.includes('\0')) throw invalid(target, 'it holds a zero byte', 'Correct the path.');
  const unknown = Object.keys(query).find((key) => key !== 'format');
  if (unknown !== undefined)
    throw invalid(target, `an env file has no "${unknown}"`, didYouMean(unknown, ['format']));
  const given = query['format'];
  if (given === undefined) return { path, format: defaultFormat(path) };
  const format = names.find((name) => name === given);
  if (format === undefined)
    throw invalid(target, `format cannot be "${given}"`, didYouMean(given, names));
  return { path, format };
}

/**
 * The canonical target: the path from the folder if it is below or beside that, the format if it is not the usual one.
 *
 * @param real the folder itself, should `directory` lead to it by a link
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
  // What a shell would expand is refused.
  const start = shown.startsWith('~') ? './' : '';
  return formatTarget('env', `${start}${shown.replaceAll(sep, '/')}`, {
    format: format === defaultFormat(absolute) ? undefined : format,
  });
}

/** Whether a path stands below a folder, both absolute; by their text alone. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function defaultFormat(path: string): FormatName {
  return /(?:^|[/\\])\.envrc$|\.sh$/.test(path) ? 'shell' : 'dotenv';
}

function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `Known there: ${known.join(', ')}.` : `Did you mean ${near}?`;
}

function invalid({ text }: Target, why: string, hint: string): KeyturnError {
  return new KeyturnError('TARGET_INVALID', `"${text.slice(0, 200)}": ${why}`, {
    hint,
    effect: 'none',
  });
}
