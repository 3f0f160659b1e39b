import { KeyturnError, parseDuration } from '@keyturn/core';
import { Command, Option } from 'commander';

import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { checkUnknown, durationInvalid } from '../messages.ts';
import { withoutColour } from '../output/colour.ts';
import { roomOf } from '../output/style.ts';
import type { Section } from './commands.ts';
import type { CommandSpec, Example, Group, OptionSpec } from './spec.ts';
import { refusal } from './usage.ts';
import { globalOptions, type GlobalFlags } from './options.ts';
import { isUntrusted } from './untrusted.ts';
import { verbosityOf, withVerbosity } from './verbosity.ts';

const MOST_COLUMNS = 80;
const DESCRIPTION = 'Rotates the credentials that CI jobs use.';

/** The parts of the program, and its host. */
export interface Parts {
  readonly sections: readonly Section[];
  readonly groups: Readonly<Record<string, Group>>;
  readonly host: Host;
  /** Called before a command runs, with the host in the chosen verbosity. */
  readonly begin: (host: Host) => void;
  readonly finish: (exit: ExitCode) => void;
}

/** Builds commander's program from the commands. The code of a command is loaded when it runs. */
export function buildProgram(parts: Parts): Command {
  const { sections, groups, host } = parts;
  const program = prepare(new Command('keyturn'), DESCRIPTION, host);
  addGlobalOptions(program);
  addHelpCommand(program, sections.at(-1)?.title);
  const parents = new Map<string, Command>();
  const parentOf = (group: string, { title, commands }: Section): Command => {
    const known = parents.get(group);
    if (known !== undefined) return known;
    const { summary = '', alias } = groups[group] ?? {};
    const parent = prepare(program.command(group), summary, host)
      .helpGroup(title)
      .helpCommand(false)
      .addHelpText('after', firstExamples(commands));
    if (alias !== undefined) parent.alias(alias);
    parents.set(group, parent);
    return parent;
  };
  for (const section of sections)
    for (const spec of section.commands) {
      const [name = '', group] = spec.name.split(' ').toReversed();
      const parent = group === undefined ? program : parentOf(group, section);
      fill(parent.command(name), spec, parts).helpGroup(section.title);
    }
  const all = sections.flatMap(({ commands }) => commands);
  return program.addHelpText('after', firstExamples(all));
}

/** The first example of the first three commands. */
function firstExamples(commands: readonly CommandSpec[]): string {
  return examplesText(commands.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1)));
}

/** Builds a program with a single command, for the bin `rotate`. */
export function buildAlone(spec: CommandSpec, parts: Parts): Command {
  const program = new Command(spec.name);
  const examples = spec.examples.map(({ line, does }) => ({
    line: line.replace(`keyturn ${spec.name}`, spec.name),
    does,
  })) as unknown as CommandSpec['examples'];
  fill(program, { ...spec, examples }, parts);
  addGlobalOptions(program);
  return program;
}

function fill(command: Command, spec: CommandSpec, { host, begin, finish }: Parts): Command {
  prepare(command, spec.summary, host);
  if (spec.alias !== undefined) command.alias(spec.alias);
  if (spec.words !== undefined) command.arguments(spec.words);
  const [argument] = command.registeredArguments;
  if (spec.choices !== undefined) argument?.choices(spec.choices);
  for (const option of spec.options) addOption(command, option);
  command.addHelpText('after', examplesText(spec.examples));
  return command.action(async () => {
    const globals = command.optsWithGlobals<GlobalFlags>();
    const isAlien = await isUntrusted(globals, host.env);
    const painted = globals.color === false ? withoutColour(host) : host;
    const seen = withVerbosity({ ...painted, isUntrusted: isAlien }, verbosityOf(globals, host));
    begin(seen);
    finish(await spec.run(command.processedArgs.flat(), command.opts<never>(), seen));
  });
}

/** Settings that all commands share. */
function prepare(command: Command, description: string, host: Host): Command {
  return command
    .description(description)
    .exitOverride((error) => {
      throw refusal(error, pathOf(command));
    })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // Written where it is caught, as every other error.
      outputError: () => {},
      getOutHelpWidth: () => widthOfHelp(host),
      getErrHelpWidth: () => widthOfHelp(host),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (other) => other.name(),
      minWidthToWrap: 20,
    })
    .helpOption('-h, --help', 'show help');
}

/** Commander does not wrap if too little room is left beside the options. */
function widthOfHelp({ stdout }: Host): number {
  return Math.min(MOST_COLUMNS, roomOf(stdout));
}

function pathOf(command: Command): string {
  const parent = command.parent === null ? '' : `${pathOf(command.parent)} `;
  return `${parent}${command.name()}`;
}

function addGlobalOptions(command: Command): void {
  for (const option of globalOptions) addOption(command, option);
  // The bin handles it; this is for the help.
  command.option('-V, --version', 'print the version');
}

function addHelpCommand(program: Command, title = ''): void {
  const help = new Command('help').argument('[command...]').helpOption(false).helpGroup(title);
  program.addHelpCommand(help.description('show the help of a command'));
}

function addOption(
  command: Command,
  { flags, description, repeats, required, choices, conflicts }: OptionSpec,
): void {
  const text = repeats === true ? `${description} (may be repeated)` : description;
  const option = new Option(flags, text).makeOptionMandatory(required === true);
  if (choices !== undefined) option.choices(choices);
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  if (flags.includes('<duration>')) option.argParser((value) => checkedDuration(value, option));
  if (flags.includes('<check>')) option.argParser(knownCheck);
  const { parseArg } = option;
  if (repeats === true)
    option.argParser((value: string, before: readonly string[]) => {
      parseArg?.(value, []);
      return [...before, value];
    });
  command.addOption(option);
  // As a value, since the help would show a default.
  if (repeats === true) command.setOptionValue(option.attributeName(), []);
}

/** Checks durations before anything runs, so that the message can name the option. */
function checkedDuration(text: string, { long }: Option): string {
  try {
    parseDuration(text);
    return text;
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw durationInvalid(String(long), error);
  }
}

/** A check that is misspelt stays on, which would look as if it could not be switched off. */
function knownCheck(text: string): string {
  if (/^(?:tracked-file|missing-names|host:.+)$/s.test(text)) return text;
  throw checkUnknown(text);
}

function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`]);
  return `\nExamples:\n${lines.join('\n')}`;
}
