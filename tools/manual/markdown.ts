import type { CommandSpec } from '../../packages/cli/src/program/spec.ts';
import { meaningOf, usageOf, type Manual } from './manual.ts';

/** The manual as docs/commands.md. */
export function toMarkdown(manual: Manual): string {
  const parts = manual.sections.flatMap(({ title, commands }) => [
    `## ${title.replace(/:$/, '')}`,
    ...commands.flatMap(commandParts),
  ]);
  const [globals, exits, ...variables] = reference(manual);
  return `${[
    '# Commands',
    'Made by `npm run docs` from what the program and its help are made of (`packages/cli/src/program`).',
    'Every command takes the [options of every command](#options-of-every-command) and ends with one of the [exit codes](#exit-codes). `rotate …` is `keyturn rotate …`.',
    ...parts,
    globals,
    exits,
    'Which error ends with which code stands in [Errors](errors.md).',
    ...variables,
  ].join('\n\n')}\n`;
}

/** What all commands share: options, exit codes, variables. */
export function reference(manual: Manual): [globals: string, exits: string, variables: string] {
  const globals = manual.globals.map((option) => row(`\`${option.flags}\``, meaningOf(option)));
  const exits = manual.exits.map(({ code, meaning }) => row(String(code), meaning));
  const variables = manual.environment.flatMap(({ reader, variables: read }) =>
    read.map(({ name, description }) =>
      row(`\`${name}\``, reader.replace('@keyturn/', ''), description),
    ),
  );
  return [
    `## Options of every command\n\n${table(['option', 'meaning'], globals)}`,
    `## Exit codes\n\n${table(['exit', 'meaning'], exits)}`,
    `## Environment\n\n${table(['variable', 'read by', 'meaning'], variables)}`,
  ];
}

export function commandParts(spec: CommandSpec): string[] {
  const options = spec.options.map((option) => row(`\`${option.flags}\``, meaningOf(option)));
  const words =
    spec.choices === undefined ? '' : ` The first word is one of ${spec.choices.join(', ')}.`;
  const examples = spec.examples.map(({ line, does }) => `# ${does}\n${line}`).join('\n');
  return [
    `### keyturn ${spec.name}`,
    `\`${usageOf(spec)}\``,
    `${sentence(spec.summary)}${words}`,
    ...(options.length === 0 ? [] : [table(['option', 'meaning'], options)]),
    `\`\`\`sh\n${examples}\n\`\`\``,
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
}
