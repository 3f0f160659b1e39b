import {
  KeyturnError,
  targetInvalid,
  type Effect,
  type ErrorCode,
  type Target,
} from '@keyturn/core';

/** Everything that this package says to users: code, message and hint, side by side. */

// Targets.

export const programMissing = (target: Target): KeyturnError =>
  targetInvalid(target, 'the program is missing', 'Use exec:./put-secret.sh, or exec:COMMAND.');

export const tildeUnsupported = (target: Target): KeyturnError =>
  targetInvalid(target, '~ is not expanded', 'Use the full path of the program.');

export const variableInvalid = (target: Target, name: string): KeyturnError =>
  targetInvalid(target, `"${name}" is not a valid variable name`, 'Use env=NAME,NAME.');

export const checkInvalid = (target: Target, value: string): KeyturnError =>
  targetInvalid(
    target,
    `invalid value "${value}" for check`,
    'Use check=1 if the program supports it.',
  );

export const timeoutInvalid = (target: Target, value: string): KeyturnError =>
  targetInvalid(target, `invalid value "${value}" for timeout`, 'Use a duration such as 30s.');

export const timeoutOutOfRange = (target: Target, value: string): KeyturnError =>
  targetInvalid(target, `timeout=${value} is out of range`, 'Use a duration from 1s to 1h.');

// The program.

export const notExecutable = (id: string, file: string): KeyturnError =>
  new KeyturnError('PERMISSION_DENIED', `${id}: the program is not executable`, {
    hint: `Make it executable: chmod +x ${file}`,
    effect: 'none',
  });

export const fileNotFound = (id: string, file: string, folder: string): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: there is no program at ${file}`, {
    hint: `Correct the path; a relative path starts at ${folder}.`,
    effect: 'none',
  });

export const commandNotFound = (id: string, command: string): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: the program was not found in PATH`, {
    hint: `Install it, or use its path, such as exec:./${command}; node_modules/.bin is not searched.`,
    effect: 'none',
  });

/** @param reason the operating system's code */
export const notStarted = (id: string, reason: string): KeyturnError =>
  new KeyturnError('REMOTE_FAILED', `${id}: cannot start the program (${reason})`, {
    hint: 'Start a script with a line such as #!/bin/sh, or use a binary for this machine.',
    effect: 'none',
  });

// Its run. `said` is the first line of its standard error after a colon, or empty.

export const interrupted = (id: string, verb: string, effect: Effect): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: ${verb} was interrupted`, {
    hint: 'Run it again.',
    effect,
  });

/** @param timeout milliseconds */
export const timedOut = (
  id: string,
  verb: string,
  { timeout, said }: { readonly timeout: number; readonly said: string },
  effect: Effect,
): KeyturnError =>
  new KeyturnError('TIMED_OUT', `${id}: ${verb} timed out after ${timeout / 1000} s${said}`, {
    hint: 'Run it again, with a longer timeout such as timeout=2m.',
    effect,
  });

export const inputUnread = (id: string, verb: string, effect: Effect): KeyturnError =>
  new KeyturnError('ANSWER_INVALID', `${id}: ${verb} did not read all of its standard input`, {
    hint: 'Make the program read its standard input to the end.',
    effect,
  });

/** The exit codes with a meaning, from `sysexits.h`. */
const byExit: Readonly<Record<number, readonly [code: ErrorCode, hint: string]>> = {
  69: ['NETWORK_FAILED', 'Run it again once the service that it delivers to can be reached.'],
  75: ['REMOTE_FAILED', 'Run it again.'],
  77: [
    'PERMISSION_DENIED',
    'Give the program credentials that can write there, in variables that env=NAME,NAME passes on.',
  ],
};
const OTHER = [
  'REMOTE_REJECTED',
  'Fix what the program reports, and run it again. If it needs variables, pass them on with env=NAME,NAME in the target.',
] as const;

/** @param exit undefined if a signal ended the program */
export const failed = (
  id: string,
  verb: string,
  {
    exit,
    signal,
    said,
  }: { readonly exit?: number; readonly signal: string; readonly said: string },
  effect: Effect,
): KeyturnError => {
  const [code, hint] = byExit[exit ?? -1] ?? OTHER;
  const how =
    exit === undefined ? `was ended by ${signal || 'a signal'}` : `failed with exit code ${exit}`;
  return new KeyturnError(code, `${id}: ${verb} ${how}${said}`, { hint, effect });
};
