import { isAbsolute, relative, resolve, sep } from 'node:path';

import { formatTarget, KeyturnError, nearest, parseDuration, type Target } from '@keyturn/core';

/** A program and how it is run. */
export interface ExecTarget {
  /** A path where it holds a slash, else a command that is looked for in `PATH`. */
  readonly program: string;
  readonly args: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Variables that are passed on beside what every program needs. */
  readonly env: readonly string[];
  /** Whether the program knows `check`. */
  readonly check: boolean;
}

const KEYS = ['args', 'timeout', 'env', 'check'];
const DEFAULT_TIMEOUT = '30s';
const MOST_TIMEOUT = 3_600_000;

/**
 * Understands `exec:PROGRAM[?args=A B][&timeout=30s][&env=NAME,NAME][&check=1]`.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseExecTarget(target: Target): ExecTarget {
  const { path, query } = target;
  if (/(?:^|[/\\])\.{0,2}$/.test(path.trim()))
    throw invalid(target, 'it names no program', 'Write exec:./put-secret.sh, or exec:COMMAND.');
  if (/^~[/\\]/.test(path))
    throw invalid(target, 'no shell expands its ~', 'Write the whole path of the program.');
  const unknown = Object.keys(query).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw invalid(target, `a program has no "${unknown}"`, didYouMean(unknown));
  const env = words(query['env'], ',');
  const wrong = env.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong !== undefined)
    throw invalid(target, `"${wrong}" is no variable's name`, 'Write env=NAME,NAME.');
  const check = query['check'] ?? '0';
  if (check !== '0' && check !== '1')
    throw invalid(target, `check cannot be "${check}"`, 'Write check=1 where the program has it.');
  return {
    program: path,
    args: words(query['args'], ' '),
    timeout: timeoutOf(target, query['timeout'] ?? DEFAULT_TIMEOUT),
    env,
    check: check === '1',
  };
}

/** Whether a program is named by a path: like a shell does, everything with a slash is. */
export function isPath(program: string): boolean {
  return /[/\\]/.test(program);
}

/** The canonical target: what is written to, so not how long it may take or which variables it gets. */
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
    throw invalid(target, `"${text}" is not a duration`, 'Write timeout=30s.');
  }
  if (timeout >= 1000 && timeout <= MOST_TIMEOUT) return timeout;
  throw invalid(target, `timeout cannot be ${text}`, 'Write one from 1s to 1h.');
}

function words(text: string | undefined, separator: string): string[] {
  return (text ?? '').split(separator).filter((word) => word !== '');
}

function didYouMean(key: string): string {
  const near = nearest(key, KEYS);
  return near === undefined ? `Known there: ${KEYS.join(', ')}.` : `Did you mean ${near}?`;
}

function invalid({ text }: Target, why: string, hint: string): KeyturnError {
  return new KeyturnError('TARGET_INVALID', `"${text.slice(0, 200)}": ${why}`, {
    hint,
    effect: 'none',
  });
}
