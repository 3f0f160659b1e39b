import type { KeyturnError } from '@keyturn/core';
import type { Command, CommanderError } from 'commander';

import { allMeant, chooseValue, commandLineInvalid, wordings } from '../messages.ts';

/** Without names, these commands are about every rotation. */
const HAS_NAMES = /\b(?:rotate|plan|status|history)$/;

/** Puts an error of commander into our own words; the one after it has shown help stays as it is. */
export function refusal(error: CommanderError, path: string): CommanderError | KeyturnError {
  if (error.code === 'commander.help' || error.exitCode === 0) return error;
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const [said = '', details] = first.split(/\. (?=Allowed|Expected)/);
  const message = wordings.reduce((text, [theirs, ours]) => text.replace(theirs, ours), said);
  const hint = message.includes("'--all'") && HAS_NAMES.test(path) ? allMeant() : undefined;
  return commandLineInvalid(message, hint ?? hintOf(suggestion, details), path);
}

/** A suggestion, or the allowed values. Does not repeat surplus words, since one may be a secret. */
function hintOf(suggestion = '', details = ''): string | undefined {
  // Nobody means to switch off a check by a slip.
  const meant = /^\((Did you mean (?!--allow\b).+\?)\)$/.exec(suggestion)?.[1];
  const [, allowed] = /^Allowed choices are (.+)\.$/.exec(details) ?? [];
  return meant ?? (allowed === undefined ? undefined : chooseValue(allowed));
}

/**
 * The words for commander. They end with the first unknown command, which is then reported whether or not help was requested.
 * `help token list` becomes `token list --help`.
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
