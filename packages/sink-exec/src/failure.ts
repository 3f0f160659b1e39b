import { type Effect, type ErrorCode, KeyturnError, printable } from '@keyturn/core';

import { redact } from './redact.ts';
import type { Ended } from './run.ts';

/** The exit codes that mean something, as `sysexits.h` has them. */
const byExit: Readonly<Record<number, readonly [code: ErrorCode, hint: string]>> = {
  69: ['NETWORK_FAILED', 'Run it again once what it delivers to can be reached.'],
  75: ['REMOTE_FAILED', 'Run it again.'],
  77: [
    'PERMISSION_DENIED',
    'Give the program credentials that may write there; it sees the variables that env=NAME names.',
  ],
};
const OTHER = [
  'REMOTE_REJECTED',
  'Read what it says, correct it, and run it again. Variables that it needs are named by env=NAME,NAME in the target.',
] as const;

/**
 * By this line on its standard output a failing program says that it has stored nothing. An exit code does not:
 * a script passes on those of the commands that it runs, and some of them may have been through.
 */
const NOTHING_STORED = /^nothing stored\r?$/m;

const MOST_SHOWN = 300;

/** What a run means that did not end well; undefined for one that did. */
export function failureOf(
  id: string,
  verb: 'deliver' | 'check',
  ended: Ended,
  timeout: number,
  values: readonly string[],
): KeyturnError | undefined {
  const { cause, code, reason } = ended;
  // A program that did not come to an end of its own might have stored something after it had said so.
  const isSaid = cause === 'exit' && code !== null && code !== 0;
  // `check` writes nothing.
  const effect =
    verb === 'check' || (isSaid && NOTHING_STORED.test(ended.stdout)) ? 'none' : 'unknown';
  if (cause === 'refused')
    return new KeyturnError('REMOTE_FAILED', `${id}: the program cannot be started (${reason})`, {
      hint: 'Begin a script with a line such as #!/bin/sh, or name a binary of this machine.',
      effect: 'none',
    });
  if (cause === 'abort') return interrupted(id, verb, effect);
  const said = firstLine(ended.stderr, values);
  if (cause === 'timeout')
    return new KeyturnError(
      'TIMED_OUT',
      `${id}: ${verb} was not done within ${timeout / 1000} s and was ended${said}`,
      { hint: 'Run it again; give it longer with timeout=2m.', effect },
    );
  if (code === 0 && ended.isRead) return undefined;
  if (code === 0)
    return new KeyturnError('ANSWER_INVALID', `${id}: ${verb} did not read all that it was given`, {
      hint: 'Let the program read its standard input to the end.',
      effect,
    });
  const [error, hint] = byExit[code ?? -1] ?? OTHER;
  const how = code === null ? `was ended by ${reason || 'a signal'}` : `ended with ${code}`;
  return new KeyturnError(error, `${id}: ${verb} ${how}${said}`, { hint, effect });
}

export function interrupted(id: string, verb: string, effect: Effect): KeyturnError {
  return new KeyturnError('INTERRUPTED', `${id}: ${verb} was interrupted`, {
    hint: 'Run it again.',
    effect,
  });
}

/** Redacted before it is cut, so that no part is left over. */
function firstLine(stderr: string, values: readonly string[]): string {
  const [line = ''] = stderr.trimStart().split(/\r?\n/, 1);
  return line === '' ? '' : `: ${printable(redact(line, values), MOST_SHOWN)}`;
}
