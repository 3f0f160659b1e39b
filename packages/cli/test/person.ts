import { systemClock, systemRandom } from '@keyturn/core';

import type { Host } from '../src/host.ts';
import type { Place } from './keyturn.ts';

/** A terminal of 80 columns where a person types these answers, and then nothing but Enter. */
export function personAt(
  { folder, sandbox }: Pick<Place, 'folder' | 'sandbox'>,
  answers: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly host: Host; readonly shown: () => string } {
  const left = [...answers];
  let shown = '';
  const output = {
    write: (text: string) => void (shown += text),
    terminal: true,
    colour: false,
    columns: 80,
  };
  const host = {
    program: 'keyturn',
    env: { ...sandbox.env, npm_config_offline: 'true', ...env },
    directory: folder,
    programFolder: import.meta.dirname,
    warn: () => {},
    stdout: output,
    stderr: output,
    verbosity: 'normal',
    log: () => {},
    about: () => 'keyturn 1.2.3, Node 24, test',
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    owner: 'test',
    ask: async (question: string) => {
      const typed = left.shift() ?? '';
      shown += `${question}${typed}\n`;
      return typed;
    },
  } as unknown as Host;
  return { host, shown: () => shown };
}
