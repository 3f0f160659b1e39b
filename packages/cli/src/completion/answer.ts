import { printable } from '@keyturn/core';

import type { Host } from '../host.ts';
import { commands, groups } from '../program/commands.ts';
import { globalOptions } from '../program/options.ts';
import { knownValues } from './known.ts';
import { replacement, splitLine } from './line.ts';
import { longOf, wantedAt, type Table, type Wanted } from './wanted.ts';

interface Candidate {
  readonly value: string;
  readonly description: string;
}

const table: Table = {
  commands,
  globals: [
    ...globalOptions,
    { flags: '--help', description: 'show help' },
    { flags: '--version', description: 'print the version' },
  ],
};

/**
 * Answers a completion request of a shell: a line for each candidate, with a tab and its description; or one line, `:files` or
 * `:folders`, for what the shell lists itself. A failure gives no candidates, never a message.
 *
 * @param request the shell and what was typed: for bash the line up to the cursor and its word breaks, for others the words
 */
export async function answerShell(request: readonly string[], host: Host): Promise<void> {
  const lines = await answer(request, host).catch(() => []);
  host.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

async function answer([shell, ...rest]: readonly string[], host: Host): Promise<string[]> {
  const [text = '', breaks = ''] = rest;
  const line = shell === 'bash' ? splitLine(text) : undefined;
  const typed = line?.words.slice(1) ?? rest;
  const words = host.program === 'rotate' ? ['rotate', ...typed] : typed;
  const found = await suggest(words, host);
  if (typeof found === 'string') return [`:${found}`];
  return found
    .filter(({ value }) => value === printable(value) && !value.startsWith(':'))
    .map(({ value, description }) =>
      line === undefined ? `${value}\t${description}` : replacement(value, line, breaks),
    );
}

async function suggest(words: readonly string[], host: Host): Promise<Candidate[] | string> {
  const wanted = wantedAt(words, table);
  const current = words.at(-1) ?? '';
  const fitting = (found: readonly Candidate[]): Candidate[] =>
    found.filter(({ value }) => value.startsWith(current));
  if (wanted.type === 'command') return fitting(commandsUnder(wanted.under));
  if (wanted.type === 'option') return fitting(optionsOf(wanted));
  const values = await knownValues(wanted.of, configOf(words), host);
  if (typeof values === 'string') return values;
  return fitting(values.map((value) => ({ value: wanted.prefix + value, description: '' })));
}

/** The next word of every command that starts with these words. */
function commandsUnder(path: readonly string[]): Candidate[] {
  const below = commands.filter(({ name }) =>
    name.startsWith(path.map((one) => `${one} `).join('')),
  );
  const depth = path.length;
  const found = new Map<string, string>();
  for (const { name, summary } of below) {
    const parts = name.split(' ');
    const next = parts[depth];
    if (next === undefined || found.has(next)) continue;
    found.set(next, parts.length > depth + 1 ? (groups[next]?.summary ?? '') : summary);
  }
  if (depth === 0) found.set('help', 'show the help of a command');
  return [...found].map(([value, description]) => ({ value, description }));
}

function optionsOf({ options }: Extract<Wanted, { type: 'option' }>): Candidate[] {
  return options.map((option) => ({ value: longOf(option), description: option.description }));
}

/** The value of `--config` on the line. */
function configOf(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--config='))?.slice('--config='.length);
  const at = words.indexOf('--config');
  return joined ?? (at < 0 ? undefined : words[at + 1]);
}
