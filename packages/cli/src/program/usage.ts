import { KeyturnError } from '@keyturn/core';
import type { Command, CommanderError } from 'commander';

/** How commander says it, and how every other message here does. */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^option '.*?(--[\w-]+).*?' argument '(.*)' is invalid$/s, '$1: "$2" is none of its values'],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'$/s,
    '$2: "$1" is none of its values',
  ],
  [/^option '.*?(--[\w-]+).*?' argument missing$/, '$1: its value is missing'],
  [/^required option '.*?(--[\w-]+).*?' not specified$/, '$1 is missing'],
  [/^missing required argument '(.*)'$/, '<$1> is missing'],
];

/** Says what is wrong with a command line in our own words; what commander ends with after it showed help stays as it is. */
export function refusal(error: CommanderError, path: string): CommanderError | KeyturnError {
  if (error.code === 'commander.help' || error.exitCode === 0) return error;
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const [said = '', details] = first.split(/\. (?=Allowed|Expected)/);
  const message = WORDINGS.reduce((text, [theirs, ours]) => text.replace(theirs, ours), said);
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

/**
 * The words as commander is to have them. Those that lead to a command that there is not end with it: that is then what is
 * told, help asked for or not. `help token list` is `token list --help`.
 */
export function prepared(words: readonly string[], program: Command): readonly string[] {
  const asksForHelp = words[0] === 'help';
  const path = asksForHelp ? words.filter((word) => word !== 'help') : words;
  let command = program;
  for (const [index, word] of path.entries()) {
    if (word.startsWith('-') || command.commands.length === 0) break;
    const next = command.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
    if (next === undefined) return path.slice(0, index + 1);
    command = next;
  }
  return asksForHelp ? [...path, '--help'] : words;
}
