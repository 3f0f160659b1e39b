import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { Point } from './point.ts';

const bin = fileURLToPath(new URL('../../packages/cli/bin/keyturn.js', import.meta.url));

/** Variables that the hook reads. */
const HOOKED = new Set(['KEYTURN_MACHINE', 'KEYTURN_SOON', 'KEYTURN_AHEAD']);

/** How a run of the program ended. */
export interface Ended {
  readonly killed: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
  /** When, by the clock of `performance`. */
  readonly at: number;
}

/** Starts the built program in a folder; with a point it is killed there, if it gets that far, or when `killed` resolves. */
export type Start = (
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  point?: Point | 'count',
  killed?: Promise<void>,
) => Promise<Ended>;

/** What all runs share (the hook as JavaScript, compiled code) is in a folder of its own. */
export interface Starter {
  readonly start: Start;
  readonly close: () => Promise<void>;
}

export async function openStarter(): Promise<Starter> {
  const shared = await mkdtemp(join(tmpdir(), 'keyturn-campaign-shared-'));
  const source = await readFile(new URL('hook.ts', import.meta.url), 'utf8');
  const hook = join(shared, 'hook.mjs');
  await writeFile(hook, stripTypeScriptTypes(source));
  return {
    start: starter(pathToFileURL(hook).href, join(shared, 'compiled')),
    close: () => rm(shared, { recursive: true, force: true }),
  };
}

function starter(hook: string, compiled: string): Start {
  return (folder, env, args, point, killed) =>
    new Promise((resolve, reject) => {
      const isInside = typeof point === 'object' && !['instant', 'server'].includes(point.what);
      const kill = isInside ? JSON.stringify(point) : point === 'count' ? point : undefined;
      const hooked = kill !== undefined || Object.keys(env).some((name) => HOOKED.has(name));
      const child = spawn(process.execPath, [...(hooked ? ['--import', hook] : []), bin, ...args], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          NODE_COMPILE_CACHE: compiled,
          ...env,
          ...(kill !== undefined && { KEYTURN_KILL: kill }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // An interrupt of the campaign is not one of the program.
        detached: true,
      });
      const instant =
        typeof point === 'object' && point.what === 'instant'
          ? setTimeout(() => child.kill('SIGKILL'), point.milliseconds)
          : undefined;
      void killed?.then(() => child.kill('SIGKILL'));
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(instant);
        resolve({
          killed: signal === 'SIGKILL',
          code,
          stdout,
          stderr,
          pid: child.pid ?? 0,
          at: performance.now(),
        });
      });
    });
}
