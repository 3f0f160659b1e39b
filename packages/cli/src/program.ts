import { KeyturnError } from '@keyturn/core';
import { Command, CommanderError } from 'commander';

import { exitCodes, exitOfError, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { failureDocument } from './output/json.ts';

type Run = (exit: Promise<ExitCode>) => Promise<void>;

/** Reads the arguments, runs the command, and turns every failure into a line and an exit code. */
export async function runProgram(argv: readonly string[], host: Host): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const run: Run = async (pending) => {
    exit = await pending;
  };
  const program = programFor(host, run);
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

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Every command and option. What a command does is loaded when it runs. */
function programFor(host: Host, run: Run): Command {
  const program = new Command('keyturn')
    .description('Rotates the service tokens that CI uses.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text.replace(/^error: /, 'keyturn: ')),
      getOutHasColors: () => false,
    })
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText(
      'after',
      '\nExamples:\n  keyturn rotate --sink github:acme/web --org acme --replaces abc123def456\n  keyturn status --check',
    );

  rotating(
    program.command('rotate [names...]').description('replace what is due, everywhere CI reads it'),
  )
    .option('--grace <duration>', 'how long the old token stays valid; 0 revokes it in this run')
    .option('--wait', 'wait for the grace to be over, then revoke')
    .option('--force', 'rotate even what is not due')
    .option('--dry-run', 'check everything, change nothing')
    .option('--quiet', 'show no progress')
    .action((names: string[], flags) =>
      run(
        import('./commands/rotate.ts').then(({ rotateCommand }) =>
          rotateCommand(names, flags, host),
        ),
      ),
    );

  rotating(
    program.command('plan [names...]').description('tell what rotate would do; change nothing'),
  )
    .option('--force', 'plan even what is not due')
    .action((names: string[], flags) =>
      run(import('./commands/plan.ts').then(({ planCommand }) => planCommand(names, flags, host))),
    );

  rotating(
    program
      .command('status [names...]')
      .description('tell how every rotation stands, from the ledgers'),
  )
    .option('--check', 'exit with 6 where something is due or out of step')
    .action((names: string[], flags) =>
      run(
        import('./commands/status.ts').then(({ statusCommand }) =>
          statusCommand(names, flags, host),
        ),
      ),
    );

  tokenCommands(program.command('token').description("the issuer's tokens"), host, run);

  program
    .command('adapters')
    .description('list the adapters that are installed, and those that could be')
    .option('--json', 'print one JSON document')
    .action((flags) =>
      run(
        import('./commands/adapters.ts').then(({ adaptersCommand }) =>
          adaptersCommand(flags, host),
        ),
      ),
    );
  program
    .command('init [words...]')
    .description('make the package of a sink of your own')
    .option('--sink-package <name>', 'its kind, such as vercel')
    .action((words: string[], flags) =>
      run(import('./commands/init.ts').then(({ initCommand }) => initCommand(words, flags, host))),
    );
  program
    .command('sandbox')
    .description('serve local PlanetScale and CI providers until interrupted')
    .option('--json', 'print one JSON line')
    .action((flags) =>
      run(
        import('./commands/sandbox.ts').then(({ sandboxCommand }) => sandboxCommand(flags, host)),
      ),
    );
  program
    .command('demo')
    .description('perform one rotation against the sandbox')
    .action(() => run(import('./commands/demo.ts').then(({ demoCommand }) => demoCommand(host))));
  return program;
}

function rotating(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: keyturn.config.* here or above)')
    .option(
      '--sink <kind-or-target>',
      'only these sinks; without a configuration, the sinks themselves',
      collect,
      [],
    )
    .option('--org <org>', "the issuer's organization")
    .option('--replaces <token-id>', 'the token that is in use now')
    .option('--allow <check>', 'switch a safety check off: tracked-file', collect, [])
    .option('--json', 'print one JSON document');
}

function tokenCommands(token: Command, host: Host, run: Run): void {
  const load = () => import('./commands/token.ts');
  const command = (usage: string, description: string): Command =>
    token
      .command(usage)
      .description(description)
      .option('--config <file>', 'the configuration (default: keyturn.config.* here or above)')
      .option('--org <org>', "the issuer's organization")
      .option('--json', 'print one JSON document');
  command('list', 'every token, over every page').action((flags) =>
    run(load().then(({ tokenList }) => tokenList(flags, host))),
  );
  command('show <id>', 'one token and what it may do').action((id: string, flags) =>
    run(load().then(({ tokenShow }) => tokenShow(id, flags, host))),
  );
  command('create', 'create a token; its secret is shown once')
    .requiredOption('--name <name>', 'what the list shows')
    .option('--ttl <duration>', 'until it expires by itself: 30d')
    .action((flags) => run(load().then(({ tokenCreate }) => tokenCreate(flags, host))));
  command('delete <id>', 'end a token')
    .option('--yes', 'do not ask')
    .option('--force', 'even where a ledger says that a sink may hold it')
    .action((id: string, flags) =>
      run(load().then(({ tokenDelete }) => tokenDelete(id, flags, host))),
    );
  command('access <id>', 'what a token may do').action((id: string, flags) =>
    run(load().then(({ tokenAccess }) => tokenAccess(id, flags, host))),
  );
  for (const change of ['grant', 'ungrant'] as const)
    command(
      `${change} <id> <permissions...>`,
      change === 'grant' ? 'let a token do more' : 'let a token do less',
    )
      .option('--database <name>', 'the database that the permissions are for')
      .action((id: string, permissions: string[], flags) =>
        run(load().then(({ tokenChange }) => tokenChange(change, id, permissions, flags, host))),
      );
}
