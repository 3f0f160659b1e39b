import type { Effect, KeyturnError } from '@keyturn/core';

import { type Problem, storeFailed } from './messages.ts';
import type { Ended } from './run.ts';

/** Why a call of git failed, as far as its output shows; the first that matches counts. */
const SIGNS: readonly (readonly [RegExp, Problem])[] = [
  [/dubious ownership|unsafe repository/i, 'notOwned'],
  [/push options/i, 'failed'],
  [/could not read (?:username|password)|terminal prompts disabled/i, 'loginMissing'],
  [/authentication failed|http 401|returned error: 401|invalid username or/i, 'loginRefused'],
  [
    /permission (?:to .+ )?denied to|returned error: 403|http 403|not allowed to (?:push|upload)|marked as read only|write access .*not granted|access denied|insufficient permission/i,
    'forbidden',
  ],
  [/permission denied \(|no supported authentication/i, 'keyRefused'],
  [/host key verification failed/i, 'hostUnknown'],
  [
    /repository .*not found|returned error: 404|does not appear to be a git repository|project .* could not be found|not found: did you run/i,
    'repositoryMissing',
  ],
  [/ssl|certificate|tls/i, 'certificate'],
  [
    /could not resolve|failed to connect|connection refused|couldn't connect|no route to host|network is unreachable|connection timed out|temporary failure in name/i,
    'unreachable',
  ],
  [/remote helper|protocol .*not (?:allowed|supported)|transport '.*' not allowed/i, 'unsupported'],
  [/permission denied|read-only file system|unable to create/i, 'unwritable'],
  [/no space left|quota/i, 'full'],
  [/unexpected disconnect|hung up|early eof|rpc failed|empty reply|returned error: 5\d\d/i, 'cut'],
];

/** Requests that fail so have not reached the server, or were refused there. */
const HARMLESS: ReadonlySet<Problem> = new Set([
  'notOwned',
  'loginMissing',
  'loginRefused',
  'forbidden',
  'keyRefused',
  'hostUnknown',
  'repositoryMissing',
  'certificate',
  'unreachable',
  'unsupported',
]);

export function problemOf({ cause, stderr }: Ended): Problem {
  if (cause === 'deadline') return 'silent';
  if (cause === 'abort') return 'interrupted';
  if (cause !== 'exit') return 'failed';
  return SIGNS.find(([sign]) => sign.test(stderr))?.[1] ?? 'failed';
}

/** Whether a push that failed so certainly changed nothing. */
export function isHarmless(problem: Problem): boolean {
  return HARMLESS.has(problem);
}

/** The `STATE_FAILED` for a failed call of git, with what git says in one line. */
export function gitFailed(where: string, ended: Ended, effect: Effect = 'none'): KeyturnError {
  const problem = problemOf(ended);
  return storeFailed(where, problem, reasonIn(ended.stderr), effect);
}

/**
 * What the server or git says, in one line and without logins in URLs; undefined if it says nothing. It is foreign text: whoever
 * prints it escapes it.
 */
export function reasonIn(stderr: string): string | undefined {
  const lines = withoutLogins(stderr)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const said = lines
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '' && !/^(?:error:|={3,}|-{3,})\s*$/.test(line));
  const own = lines.find((line) => /^(?:fatal|error):/.test(line));
  const [first = own ?? lines[0]] = said.length > 0 ? [said.slice(0, 3).join(' ')] : [];
  return first?.slice(0, 300);
}

function withoutLogins(text: string): string {
  return text.replaceAll(/:\/\/[^\s/']*@/g, '://');
}
