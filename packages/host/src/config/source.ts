import { printable, type KeyturnError } from '@keyturn/core';

import { alsoWrong, configInvalid, type Fault } from '../messages.ts';

export type Path = readonly (string | number)[];

/** Where something is written. A module has no lines and columns; both begin at 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The content of a configuration file, before it is checked. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /** The place of a key or its value, or of the nearest one around it. */
  locate(path: Path, part: 'key' | 'value'): Place;
}

/** What reading a file gave: its content, if it can be understood, and what is wrong or unusual about it. */
export interface Reading {
  readonly source?: ConfigSource;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** Something in a configuration that is wrong or unusual: where, at which key, what, and what to write instead. */
export interface ConfigProblem extends Fault {
  readonly place: Place;
  /** `rotations.ci-github.sinks[0]`; empty for the whole file. */
  readonly key: string;
  readonly isMissing?: true;
}

export interface Problem extends Fault {
  readonly path: Path;
  /** Whether to locate the key or the value. @default 'value' */
  readonly part?: 'key' | 'value';
  /** The path to locate. @default `path` */
  readonly at?: Path;
  readonly isMissing?: true;
}

/** Receives each problem; the check goes on. */
export type Refuse = (problem: Problem) => void;

/** Adds the place of a problem. */
export function placed(source: ConfigSource, problem: Problem): ConfigProblem {
  const { path, part = 'value', at = path, ...what } = problem;
  return { place: source.locate(at, part), key: formatPath(path), ...what };
}

/** A problem with a whole file. */
export function failed(file: string, fault: Fault): Reading {
  return { problems: [{ place: { file }, key: '', ...fault }], warnings: [] };
}

/** @param others the number of further problems */
export function errorOf(
  { place, key, message, hint }: ConfigProblem,
  others: number,
): KeyturnError {
  const what = key === '' ? message : `${key}: ${message}`;
  return configInvalid(placeText(place), what, alsoWrong(hint, others));
}

/** `FILE:LINE:COLUMN`, as far as it is known. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** In the order of the file. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted(
    ({ place: a }, { place: b }) =>
      (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/** `rotations.ci-github.sinks[0]`. Long keys are cut. */
export function formatPath(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${printable(key, 80)}`,
    )
    .join('');
}
