import { isAbsolute, relative, resolve, sep } from 'node:path';

import { checkOptions, formatTarget, parseDuration, type Target } from '@keyturn/core';

import * as messages from './messages.ts';

/** A program and how it is run. */
export interface ExecTarget {
  /** A path if it contains a slash, otherwise a command in `PATH`. */
  readonly program: string;
  readonly args: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Variables that are passed on, in addition to those that every program needs. */
  readonly env: readonly string[];
  /** Whether the program supports `check`. */
  readonly check: boolean;
}

const OPTIONS = { known: ['args', 'timeout', 'env', 'check'], place: 'a program' };
const DEFAULT_TIMEOUT = '30s';
const MOST_TIMEOUT = 3_600_000;

/**
 * Parses `exec:PROGRAM[?args=A B][&timeout=30s][&env=NAME,NAME][&check=1]`.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseExecTarget(target: Target): ExecTarget {
  const { path, query } = target;
  if (/(?:^|[/\\])\.{0,2}$/.test(path.trim())) throw messages.programMissing(target);
  if (/^~[/\\]/.test(path)) throw messages.tildeUnsupported(target);
  checkOptions(target, OPTIONS);
  const env = words(query['env'], ',');
  const wrong = env.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong !== undefined) throw messages.variableInvalid(target, wrong);
  const check = query['check'] ?? '0';
  if (check !== '0' && check !== '1') throw messages.checkInvalid(target, check);
  return {
    program: path,
    args: words(query['args'], ' '),
    timeout: timeoutOf(target, query['timeout'] ?? DEFAULT_TIMEOUT),
    env,
    check: check === '1',
  };
}

/** Whether a program is a path: as in a shell, everything with a slash is. */
export function isPath(program: string): boolean {
  return /[/\\]/.test(program);
}

/** The canonical target. It identifies where values are stored, so timeout and variables are not part of it. */
export function canonicalId({ program, args }: ExecTarget, directory: string): string {
  return formatTarget('exec', isPath(program) ? pathFrom(directory, program) : program, {
    args: args.length === 0 ? undefined : args.join(' '),
  });
}

function pathFrom(directory: string, program: string): string {
  const way = relative(directory, resolve(directory, program)).replaceAll(sep, '/');
  const isOutside = way.startsWith('../') || isAbsolute(way);
  if (isOutside) return isAbsolute(program) ? program.replaceAll(sep, '/') : way;
  return `./${way}`;
}

function timeoutOf(target: Target, text: string): number {
  let timeout: number;
  try {
    timeout = parseDuration(text);
  } catch {
    throw messages.timeoutInvalid(target, text);
  }
  if (timeout >= 1000 && timeout <= MOST_TIMEOUT) return timeout;
  throw messages.timeoutOutOfRange(target, text);
}

function words(text: string | undefined, separator: string): string[] {
  return (text ?? '').split(separator).filter((word) => word !== '');
}
