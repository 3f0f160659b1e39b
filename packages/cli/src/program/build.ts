import { Command, Option } from 'commander';

import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import type { CommandSpec, Example, OptionSpec } from './spec.ts';

/** Makes commander's program of the commands. What a command does is loaded when it runs. */
export function buildProgram(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
  host: Host,
  finish: (exit: ExitCode) => void,
): Command {
  const program = new Command('keyturn')
    .description('Rotates the service tokens that CI uses.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text.replace(/^error: /, 'keyturn: ')),
      getOutHasColors: () => false,
    })
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help');
  const parents = new Map<string, Command>();
  const parentOf = (group: string): Command => {
    const parent = parents.get(group) ?? program.command(group).description(groups[group] ?? '');
    parents.set(group, parent);
    return parent;
  };
  for (const spec of commands) {
    const [name = '', group] = spec.name.split(' ').toReversed();
    const parent = group === undefined ? program : parentOf(group);
    const command = parent
      .command(spec.words === undefined ? name : `${name} ${spec.words}`)
      .description(spec.summary)
      .addHelpText('after', examplesText(spec.examples));
    for (const option of spec.options) addOption(command, option);
    command.action(async () => {
      finish(await spec.run(command.processedArgs.flat(), command.opts<never>(), host));
    });
  }
  const first = commands.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1));
  return program.addHelpText('after', examplesText(first));
}

function addOption(
  command: Command,
  { flags, description, repeats, required, choices }: OptionSpec,
): void {
  const option = new Option(flags, description).makeOptionMandatory(required === true);
  if (choices !== undefined) option.choices(choices);
  if (repeats === true)
    option.argParser((value: string, before: readonly string[]) => [...before, value]);
  command.addOption(option);
  // As a value and not as a default, which the help would show.
  if (repeats === true) command.setOptionValue(option.attributeName(), []);
}

function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`]);
  return `\nExamples:\n${lines.join('\n')}`;
}
