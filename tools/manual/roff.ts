import type { CommandSpec } from '../../packages/cli/src/program/spec.ts';
import { meaningOf, usageOf, type Manual } from './manual.ts';

/** The manual as a page for `man`: keyturn(1). */
export function toRoff(manual: Manual): string {
  const commands = manual.sections.flatMap((section) => section.commands);
  return `${[
    `.TH KEYTURN 1 "" "keyturn ${escape(manual.version)}" "User Commands"`,
    '.SH NAME',
    'keyturn, rotate \\- rotate the service tokens that CI uses',
    '.SH SYNOPSIS',
    '.B keyturn',
    '.I command',
    'options',
    '.br',
    '.B rotate',
    'options',
    '.SH DESCRIPTION',
    text(
      'keyturn asks an issuer for a new token, gives it the permissions of the old one, puts it into every place that CI reads it from, proves that it works, waits for the jobs that still use the old one, and only then revokes that. It can be killed at any instant and run again.',
    ),
    '.PP',
    text('rotate is the same as keyturn rotate.'),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS',
    text('Every command takes these.'),
    ...manual.globals.flatMap((option) => item(option.flags, meaningOf(option))),
    '.SH EXIT STATUS',
    ...manual.exits.flatMap(({ code, meaning }) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...manual.environment.flatMap(({ reader, variables }) =>
      variables.flatMap(({ name, description }) => item(name, `${description} (${reader})`)),
    ),
  ].join('\n')}\n`;
}

function commandLines(spec: CommandSpec): string[] {
  const { summary, options, examples } = spec;
  return [
    `.SS ${escape(usageOf(spec))}`,
    text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...options.flatMap((option) => item(option.flags, meaningOf(option))),
    '.PP',
    '.EX',
    ...examples.flatMap(({ line, does }) => [guarded(escape(`# ${does}`)), guarded(escape(line))]),
    '.EE',
  ];
}

function item(term: string, meaning: string): string[] {
  return ['.TP', `.B ${escape(term)}`, text(meaning)];
}

const WIDTH = 78;

/** Text, broken into lines that are short enough to read in the source too. */
function text(words: string): string {
  const lines = [''];
  for (const word of escape(words).split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map(guarded).join('\n');
}

/** A line that begins with a dot or a quote would be a request. */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

function escape(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll('…', '...');
}
