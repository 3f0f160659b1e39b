import { printable, type KeyturnError } from '@keyturn/core';

import { configInvalid, type Fault } from '../messages.ts';

export type Path = readonly (string | number)[];

/** The content of a configuration file, before it is checked. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /**
   * The place of a key or its value, or of the nearest one around it: `FILE:LINE:COLUMN`, or only the file for a module.
   */
  locate(path: Path, part: 'key' | 'value'): string;
}

export interface Problem extends Fault {
  readonly path: Path;
  /** Whether to locate the key or the value. @default 'value' */
  readonly part?: 'key' | 'value';
  /** The path to locate. @default `path` */
  readonly at?: Path;
}

/** An error of a configuration: where, at which key, what is wrong, and what to write instead. */
export function invalid(source: ConfigSource, problem: Problem): KeyturnError {
  const { path, message, hint, part = 'value', at = path } = problem;
  const key = path.length === 0 ? '' : `${formatPath(path)}: `;
  return configInvalid(source.locate(at, part), `${key}${message}`, hint);
}

/** `rotations.ci-github.sinks[0]`. Long keys are cut. */
function formatPath(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${printable(key, 80)}`,
    )
    .join('');
}
