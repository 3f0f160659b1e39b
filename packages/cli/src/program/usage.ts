import { KeyturnError } from '@keyturn/core';
import type { CommanderError } from 'commander';

/** Says what is wrong with a command line in our own words; what commander ends with after it showed help stays as it is. */
export function refusal(error: CommanderError, path: string): CommanderError | KeyturnError {
  if (error.code === 'commander.help' || error.exitCode === 0) return error;
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const [message = '', details] = first.split(/\. (?=Allowed|Expected)/);
  return new KeyturnError('USAGE_INVALID', message, {
    hint: hintOf(suggestion, details) ?? `See how it is used: ${path} --help`,
    effect: 'none',
  });
}

/** What was meant, or what is allowed. Words that were too many are not repeated: one may be a secret. */
function hintOf(suggestion = '', details = ''): string | undefined {
  const meant = /^\((Did you mean .+\?)\)$/.exec(suggestion)?.[1];
  const [, allowed] = /^Allowed choices are (.+)\.$/.exec(details) ?? [];
  return meant ?? (allowed === undefined ? undefined : `Choose one of ${allowed}.`);
}
