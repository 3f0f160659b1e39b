import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { describe, expect, it } from 'vitest';

import { edit } from '../src/edit.ts';
import { formats } from '../src/formats/formats.ts';
import { temporaryFolder } from './context.ts';

const hasShell = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', ':'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What a shell has under T after it sourced the file; fails on anything that the shell says. */
function sourcedBy(shell: string, text: string): string {
  const path = join(temporaryFolder(), 'file.env');
  writeFileSync(path, text, 'latin1');
  const script = 'set -e; . "$1" 2>&1; printf %s "$T"';
  return execFileSync(shell, ['-c', script, shell, path], {
    encoding: 'utf8',
    env: {},
    // From a socket, bash would read the user's .bashrc first.
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const lines = [
  'T= # fill me in\nB=1\n',
  'T=\t# fill me in\n',
  'T=   \t # it\'s "open"\n',
  'T=# fill me in\n',
  'T= ',
  'export T= # fill me in\n',
  'export\tT=old\n',
  'export \t T="old" # why\nexport\tB=1\n',
  'T= old # why\n',
  'T="old"# why\n',
  "T='old' # why\n",
  'T=old# why\n',
];

describe.each(['bash', 'dash', 'sh'])('a dotenv file that %s sources', (shell) => {
  it.skipIf(!hasShell(shell)).each(lines)(`%j (skipped if there is no ${shell})`, (before) => {
    for (const value of ['tkn_new', 'a b', "it's"]) {
      const after = edit('env:.env', formats.dotenv, before, new Map([['T', value]]));
      expect(sourcedBy(shell, after)).toBe(value);
      expect(parseEnv(after)['T']).toBe(value);
    }
  });
});
