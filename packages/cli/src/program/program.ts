import { KeyturnError, printable } from '@keyturn/core';
import { CommanderError, type Command } from 'commander';

import { exitCodes, exitOfError, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { unexpected } from '../messages.ts';
import { failureDocument } from '../output/json.ts';
import { tell } from '../output/tell.ts';
import { isUnverified, unverified, withWarning } from '../output/unverified.ts';
import { buildAlone, buildProgram, type Parts } from './build.ts';
import { groups, sections, type Section } from './commands.ts';
import { rotate } from './specs/rotate.ts';
import { prepared } from './usage.ts';

/** Parses the arguments, runs the command, and turns every failure into a line and an exit code. */
export async function runProgram(argv: readonly string[], given: Host): Promise<ExitCode> {
  const isOpen = isUnverified(given.env);
  const host = isOpen ? { ...given, stdout: withWarning(given.stdout, unverified.text) } : given;
  let exit: ExitCode = exitCodes.done;
  let seen = host;
  const began = host.clock.now();
  const begin = (chosen: Host): void => {
    seen = chosen;
    // Also for a quiet command.
    if (isOpen) tell(unverified.text, host.stderr, unverified.fix);
    seen.log('debug', 'program', seen.about());
  };
  const finish = (ended: ExitCode): void => {
    exit = ended;
  };
  try {
    const full = argv.length === 0 && host.program === 'keyturn' ? ['--help'] : argv;
    const program = programFor(full, host, begin, finish);
    await program.parseAsync(prepared(full, program), { from: 'user' });
  } catch (error) {
    exit = report(error, argv.includes('--json'), seen, host);
  }
  seen.log('debug', 'program', `ended with ${exit} after ${host.clock.now() - began} ms`);
  return exit;
}

function programFor(
  argv: readonly string[],
  host: Host,
  begin: Parts['begin'],
  finish: Parts['finish'],
): Command {
  const parts = { sections: sectionsFor(argv), groups, host, begin, finish };
  return host.program === 'rotate' ? buildAlone(rotate, parts) : buildProgram(parts);
}

/** Only the command that is meant, if its name comes first: to describe all of them takes longer than to parse the arguments. */
function sectionsFor([first = '']: readonly string[]): readonly Section[] {
  const meant = sections.flatMap(({ title, commands }) => {
    const found = commands.filter(({ name }) => name === first || name.startsWith(`${first} `));
    return found.length === 0 ? [] : [{ title, commands: found }];
  });
  return meant.length === 0 ? sections : meant;
}

/** Writes errors whatever the verbosity: to the stderr of the program, not to the silent one of a quiet command. */
function report(error: unknown, json: boolean, { verbosity }: Host, host: Host): ExitCode {
  // Commander has shown the help.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!KeyturnError.is(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    const { message, hint } = unexpected(printable(name));
    if (json) host.stdout.write(failureDocument({ code: null, message, hint }));
    tell(message, host.stderr, hint);
    if (verbosity === 'debug' && error instanceof Error) host.stderr.write(placesOf(error));
    return exitCodes.bug;
  }
  if (json) host.stdout.write(failureDocument(error));
  tell(error.message, host.stderr, error.hint);
  return exitOfError(error);
}

/** Where an unexpected error came from, without its message, which may contain anything. */
function placesOf({ stack = '' }: Error): string {
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return places.map((line) => `${printable(line)}\n`).join('');
}
