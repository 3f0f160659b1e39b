import { KeyturnError } from '@keyturn/core';
import { CommanderError } from 'commander';

import { exitCodes, exitOfError, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { failureDocument } from '../output/json.ts';
import { buildProgram } from './build.ts';
import { commands, groups } from './commands.ts';

/** Reads the arguments, runs the command, and turns every failure into a line and an exit code. */
export async function runProgram(argv: readonly string[], host: Host): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const program = buildProgram(commands, groups, host, (ended) => {
    exit = ended;
  });
  const full = host.program === 'rotate' ? ['rotate', ...argv] : argv;
  try {
    await program.parseAsync(full.length === 0 ? ['--help'] : full, { from: 'user' });
    return exit;
  } catch (error) {
    return report(error, argv.includes('--json'), host);
  }
}

function report(error: unknown, json: boolean, host: Host): ExitCode {
  // Commander has printed its own line.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!KeyturnError.is(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    host.stderr.write(
      `keyturn: an unforeseen ${name} stopped it; the ledger is consistent\n  Run it again, and report this with what you ran.\n`,
    );
    if (host.env['KEYTURN_DEBUG'] === '1' && error instanceof Error)
      host.stderr.write(`${error.stack ?? ''}\n`);
    return exitCodes.bug;
  }
  if (json) host.stdout.write(`${JSON.stringify(failureDocument(error))}\n`);
  host.stderr.write(
    `keyturn: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
  );
  return exitOfError(error);
}
