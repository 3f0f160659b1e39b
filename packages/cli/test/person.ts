import type { Host } from '../src/host.ts';
import { hostIn } from './inside.ts';
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
  const host: Host = {
    ...hostIn(folder, { ...sandbox.env, ...env }),
    warn: () => {},
    stdout: output,
    stderr: output,
    ask: async (question: string) => {
      const typed = left.shift() ?? '';
      shown += `${question}${typed}\n`;
      return typed;
    },
  };
  return { host, shown: () => shown };
}
