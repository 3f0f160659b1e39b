import { join } from 'node:path';

import { type Environment, shellWord } from '@keyturn/core';

/** What a shell reads to complete. */
export interface ShellPlaces {
  /** The files with the script. */
  readonly scripts: readonly string[];
  /** The file that a shell runs at its start, and the lines in it that load the script; none if it finds the script by itself. */
  readonly start?: { readonly file: string; readonly lines: readonly string[] };
}

export type Shell = 'bash' | 'zsh' | 'fish';

const SCRIPT = 'keyturn/completion';

/**
 * Where the completion of a shell belongs, for one user. fish looks for a file for each command (docs: fish, "Where to put completions");
 * bash and zsh are told of the script in the file that they run when an interactive shell starts.
 */
export function placesFor(shell: Shell, home: string, env: Environment): ShellPlaces {
  const folder = (variable: string, usual: string): string => {
    const given = env[variable] ?? '';
    // docs: XDG Base Directory Specification; a relative path is to be ignored.
    return given.startsWith('/') ? given : join(home, usual);
  };
  if (shell === 'fish') {
    const completions = join(folder('XDG_CONFIG_HOME', '.config'), 'fish/completions');
    return { scripts: ['keyturn', 'rotate'].map((name) => join(completions, `${name}.fish`)) };
  }
  const script = join(folder('XDG_DATA_HOME', '.local/share'), `${SCRIPT}.${shell}`);
  const load = `[ -r ${shellWord(script)} ] && . ${shellWord(script)}`;
  if (shell === 'bash')
    return { scripts: [script], start: { file: join(home, '.bashrc'), lines: [load] } };
  return {
    scripts: [script],
    start: {
      file: join(folder('ZDOTDIR', ''), '.zshrc'),
      lines: ['(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }', load],
    },
  };
}

const BEGIN = '# keyturn completion: begin';
const END = '# keyturn completion: end';

/** The text of a start file with our lines at its end, or without them. Other lines stay as they are. */
export function withBlock(text: string, lines: readonly string[] | undefined): string {
  const begin = text.indexOf(`${BEGIN}\n`);
  const end = begin === -1 ? -1 : text.indexOf(`${END}\n`, begin);
  const block = lines === undefined ? '' : [BEGIN, ...lines, END, ''].join('\n');
  if (end !== -1) return text.slice(0, begin) + block + text.slice(end + END.length + 1);
  if (block === '') return text;
  return text === '' || text.endsWith('\n') ? text + block : `${text}\n${block}`;
}
