import type { CommandSpec, OptionSpec } from '../program/spec.ts';

/** The commands and options that a command line can contain. */
export interface Table {
  readonly commands: readonly CommandSpec[];
  /** The options of every command. */
  readonly globals: readonly OptionSpec[];
}

/** What can follow at the cursor. */
export type Wanted =
  | { readonly type: 'command'; readonly under: readonly string[] }
  | { readonly type: 'option'; readonly options: readonly OptionSpec[] }
  | { readonly type: 'value'; readonly of: Value; readonly prefix: string };

/** A placeholder in angle or square brackets: `<file>`, `[names...]`. */
export interface Value {
  readonly place: 'option' | 'word';
  readonly name: string;
  readonly choices: readonly string[];
}

/** Parses the words up to the cursor as the program itself does. The last word is incomplete. */
export function wantedAt(words: readonly string[], table: Table): Wanted {
  const current = words.at(-1) ?? '';
  const used = new Set<string>();
  const plain: string[] = [];
  let open: OptionSpec | undefined;
  let spec: CommandSpec | undefined;
  let ended = false;
  const known = (): readonly OptionSpec[] => [...(spec?.options ?? []), ...table.globals];
  for (const word of words.slice(0, -1)) {
    if (open !== undefined) {
      open = undefined;
    } else if (!ended && word.startsWith('-')) {
      ended = word === '--';
      const [name = ''] = word.split('=', 1);
      const option = known().find((one) => longOf(one) === name);
      used.add(name);
      if (option !== undefined && !word.includes('=') && valueOf(option) !== undefined)
        open = option;
    } else {
      plain.push(word);
      spec ??= table.commands.find(({ name }) => name === plain.join(' '));
    }
  }
  if (open !== undefined) return valueAt(open, '');
  if (!ended && current.startsWith('-')) {
    const [name = ''] = current.split('=', 1);
    const option = known().find((one) => longOf(one) === name);
    return current.includes('=') && option !== undefined
      ? valueAt(option, `${name}=`)
      : { type: 'option', options: unused(known(), used) };
  }
  if (spec === undefined)
    return { type: 'command', under: plain[0] === 'help' ? plain.slice(1) : plain };
  const index = plain.length - spec.name.split(' ').length;
  const word = wordAt(spec, index);
  return word === undefined
    ? { type: 'option', options: unused(known(), used) }
    : {
        type: 'value',
        of: { place: 'word', name: word, choices: index === 0 ? (spec.choices ?? []) : [] },
        prefix: '',
      };
}

/** The long form, `--grace`. */
export function longOf({ flags }: OptionSpec): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? '';
}

function valueOf({ flags }: OptionSpec): string | undefined {
  return /<([a-z-]+)>/.exec(flags)?.[1];
}

function valueAt(option: OptionSpec, prefix: string): Wanted {
  const { choices = [] } = option;
  return { type: 'value', of: { place: 'option', name: valueOf(option) ?? '', choices }, prefix };
}

function unused(options: readonly OptionSpec[], used: ReadonlySet<string>): readonly OptionSpec[] {
  return options.filter((option) => option.repeats === true || !used.has(longOf(option)));
}

/** The name of the word at an index; the last one can repeat. */
function wordAt({ words = '' }: CommandSpec, index: number): string | undefined {
  const names = words.split(' ').filter((word) => word !== '');
  const name = names[index] ?? names.findLast((word) => word.includes('...'));
  return name?.replaceAll(/[[\]<>.]/g, '');
}
