import { spawn } from 'node:child_process';

export interface Measured {
  readonly milliseconds: number;
  readonly stdout: string;
}

/** Runs a program to its end. @throws when it exits with another code than 0 */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  cwd?: string,
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - started;
      if (code === 0) resolve({ milliseconds, stdout });
      else
        reject(
          new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr.slice(0, 500)}`),
        );
    });
  });
}

/** The middle one of several figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs several programs in turns, so that a machine that slows down slows all alike; the medians in milliseconds. */
export async function compare(
  runs: number,
  programs: readonly (() => Promise<Measured>)[],
): Promise<number[]> {
  const figures = programs.map((): number[] => []);
  for (const program of programs) await program();
  for (let turn = 0; turn < runs; turn++)
    for (const [i, program] of programs.entries()) figures[i]?.push((await program()).milliseconds);
  return figures.map(median);
}
