import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Readers get nothing of this process's environment: what they read is the file's. */
const PATH = '/usr/local/bin:/usr/bin:/bin';
const LONGEST = 20_000;

export interface Ended {
  readonly code: number | null;
  readonly output: Buffer;
  readonly errors: string;
}

/** Runs a program to its end, with an environment of its own. */
export function run(
  program: string,
  parameters: readonly string[],
  { env = {}, cwd }: { env?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      env: { PATH, ...env },
      ...(cwd !== undefined && { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST,
    });
    const [output, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code,
        output: Buffer.concat(output),
        errors: Buffer.concat(errors).toString('utf8'),
      }),
    );
  });
}

/** The full path of a program in the system's folders. */
export function find(program: string): string | undefined {
  return PATH.split(':')
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

/** Calls with a folder that has the text as a file in it, and removes it. */
export async function withFile<Result>(
  name: string,
  text: string,
  call: (path: string, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'env-matrix-'));
  try {
    const path = join(folder, name);
    await writeFile(path, text, 'latin1');
    return await call(path, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
