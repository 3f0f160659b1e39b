import { glob, readFile } from 'node:fs/promises';

import { exitCodes, exitMeanings } from '../../packages/cli/src/exit.ts';
import { sections, type Section } from '../../packages/cli/src/program/commands.ts';
import { environment } from '../../packages/cli/src/program/environment.ts';
import type { CommandSpec, OptionSpec } from '../../packages/cli/src/program/spec.ts';
import { globalOptions } from '../../packages/cli/src/program/options.ts';
import type { EnvironmentVariable } from '../../packages/core/src/index.ts';

/** Everything that the manual tells, from what the program is made of. */
export interface Manual {
  readonly version: string;
  readonly sections: readonly Section[];
  readonly globals: readonly OptionSpec[];
  readonly exits: readonly { readonly code: number; readonly meaning: string }[];
  readonly environment: readonly {
    /** The package that reads them. */
    readonly reader: string;
    readonly variables: readonly EnvironmentVariable[];
  }[];
}

const packages = new URL('../../packages/', import.meta.url);

export async function readManual(): Promise<Manual> {
  const manifest = JSON.parse(await readFile(new URL('cli/package.json', packages), 'utf8'));
  return {
    version: (manifest as { version: string }).version,
    sections,
    globals: [...globalOptions, { flags: '-h, --help', description: 'show help' }],
    exits: Object.values(exitCodes).map((code) => ({ code, meaning: exitMeanings[code] })),
    environment: [{ reader: '@keyturn/cli', variables: environment }, ...(await adapters())],
  };
}

const MOST = 62;

/** What does not fit: the help shows every summary on a line of its own. */
export function unfit({ sections: shown }: Manual): string[] {
  return shown
    .flatMap(({ commands }) => commands)
    .filter(({ summary }) => summary.length > MOST)
    .map(
      ({ name, summary }) =>
        `the summary of ${name} has ${summary.length} characters; ${MOST} is the most`,
    );
}

/** What every adapter says that it reads. */
async function adapters(): Promise<Manual['environment'][number][]> {
  const folders: string[] = [];
  for await (const folder of glob('{issuer,sink,store}-*', { cwd: packages })) folders.push(folder);
  const found = await Promise.all(
    folders.toSorted().map(async (folder) => {
      const module = (await import(new URL(`${folder}/src/index.ts`, packages).href)) as {
        default: { readonly env: readonly EnvironmentVariable[] };
      };
      return { reader: `@keyturn/${folder}`, variables: module.default.env };
    }),
  );
  return found.filter(({ variables }) => variables.length > 0);
}

/** What is typed, as the help has it: `keyturn token access|show-access [options] <id>`. */
export function usageOf({
  name,
  alias,
  words,
}: Pick<CommandSpec, 'name' | 'alias' | 'words'>): string {
  const names = alias === undefined ? name : `${name}|${alias}`;
  return ['keyturn', names, '[options]', words].filter((part) => part !== undefined).join(' ');
}

/** An option's description with what commander's help says beside it. */
export function meaningOf({ description, repeats, required, choices }: OptionSpec): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(required === true ? ['required'] : []),
    ...(repeats === true ? ['may be repeated'] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}
