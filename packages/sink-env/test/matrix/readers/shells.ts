import { type Opened, parseEnvironment } from '../reader.ts';
import { find, run, withFile } from '../run.ts';

/** What programs have that a shell starts after it sourced the file: with `set -a` everything, without it what is exported. */
export function shells(): Opened[] {
  return ['bash', 'dash'].flatMap((shell) => [
    shellThat(`${shell}, set -a`, shell, 'set -a; . "$1"; env -0'),
    { ...shellThat(shell, shell, '. "$1"; env -0'), exports: 'needed' as const },
  ]);
}

function shellThat(name: string, shell: string, script: string): Opened {
  const program = find(shell);
  if (program === undefined) return { name, skipped: `no ${shell} here` };
  return {
    name,
    read: (text) =>
      withFile('.env', text, async (path, folder) => {
        const ended = await run(program, ['-c', script, shell, path], { cwd: folder });
        const complaint = ended.errors.replaceAll(path, '.env');
        return ended.output.length === 0
          ? { values: undefined, complaint }
          : { values: parseEnvironment(ended.output), complaint };
      }),
  };
}
