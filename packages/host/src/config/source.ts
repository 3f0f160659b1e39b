import { KeyturnError, printable } from '@keyturn/core';

export type Path = readonly (string | number)[];

/** What stands in a configuration file, before it is checked. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /**
   * Where a key or its value stands: `FILE:LINE:COLUMN`, of the nearest thing around it that has a place,
   * or just the file for a module.
   */
  locate(path: Path, part: 'key' | 'value'): string;
}

export interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** What the place is of. @default 'value' */
  readonly part?: 'key' | 'value';
  /** Whose place it is, where that is not the path's own. */
  readonly at?: Path;
}

/** The one error of a configuration: where, at which key, what is wrong, and what to write instead. */
export function invalid(source: ConfigSource, problem: Problem): KeyturnError {
  const { path, message, hint, part = 'value', at = path } = problem;
  const key = path.length === 0 ? '' : `${formatPath(path)}: `;
  return unreadable(source.locate(at, part), `${key}${message}`, hint);
}

/** The same without a key: the file itself cannot be used. */
export function unreadable(where: string, message: string, hint?: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `${where}: ${message}`, {
    ...(hint !== undefined && { hint }),
    effect: 'none',
  });
}

/** `rotations.ci-github.sinks[0]`. Keys are anybody's: the long ones are cut. */
function formatPath(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${printable(key, 80)}`,
    )
    .join('');
}
