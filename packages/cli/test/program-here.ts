import type { Host } from '../src/host.ts';
import { runProgram } from '../src/program/program.ts';
import type { Ended, Place } from './keyturn.ts';
import { personAt } from './person.ts';

/** Runs a line of a page in this process, without a terminal. */
export async function runHere(
  { folder, sandbox }: Pick<Place, 'folder' | 'sandbox'>,
  line: string,
): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  const env = { HOME: folder, PLANETSCALE_API_TOKEN: '' };
  const { host } = personAt({ folder, sandbox }, [], env);
  const output = { terminal: false, colour: false, columns: 80 };
  const alone: Host = {
    ...host,
    ask: undefined,
    stdout: { ...output, write: (text) => void (stdout += text) },
    stderr: { ...output, write: (text) => void (stderr += text) },
  };
  const [, ...words] = wordsOf(line.replace(/^npx /, ''));
  return { code: await runProgram(words, alone), stdout, stderr };
}

/** The words of a line for a shell, without quotes and its comment. */
function wordsOf(line: string): string[] {
  return [...line.replace(/\s#.*/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

/** The blocks of a language in a page, also in its lists. */
export function blocksOf(page: string, language: string): string[] {
  const block = new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...page.matchAll(block)].map(([, text = '']) => text);
}
