import { type KeyturnError, printable } from '@keyturn/core';

import { failed, inputUnread, interrupted, notStarted, timedOut } from './messages.ts';
import { redact } from './redact.ts';
import type { Ended } from './run.ts';

/**
 * With this line on its standard output a failing program reports that it stored nothing. An exit code does not prove that:
 * a script passes on the exit codes of the commands that it runs, and some of them may have succeeded.
 */
const NOTHING_STORED = /^nothing stored\r?$/m;

const MOST_SHOWN = 300;

/** The error of an unsuccessful run; undefined for a successful one. */
export function failureOf(
  id: string,
  verb: 'deliver' | 'check',
  ended: Ended,
  timeout: number,
  values: readonly string[],
): KeyturnError | undefined {
  const { cause, code, reason } = ended;
  // A program that was ended from outside could have stored something after it printed the line.
  const isSaid = cause === 'exit' && code !== null && code !== 0;
  // `check` writes nothing.
  const effect =
    verb === 'check' || (isSaid && NOTHING_STORED.test(ended.stdout)) ? 'none' : 'unknown';
  if (cause === 'refused') return notStarted(id, reason);
  if (cause === 'abort') return interrupted(id, verb, effect);
  const said = firstLine(ended.stderr, values);
  if (cause === 'timeout') return timedOut(id, verb, { timeout, said }, effect);
  if (code === 0) return ended.isRead ? undefined : inputUnread(id, verb, effect);
  return failed(id, verb, { ...(code !== null && { exit: code }), signal: reason, said }, effect);
}

/** Redacted before it is cut, so that no part of a secret remains. */
function firstLine(stderr: string, values: readonly string[]): string {
  const [line = ''] = stderr.trimStart().split(/\r?\n/, 1);
  return line === '' ? '' : `: ${printable(redact(line, values), MOST_SHOWN)}`;
}
