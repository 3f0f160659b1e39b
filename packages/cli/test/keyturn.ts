import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';

import { controlOf, startSandbox, type Sandbox, type World } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../bin', import.meta.url));

/** Whoever starts the tests keeps compiled code as usual, and no test's folder gets it. */
export const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a sandbox behind it, for one test. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  /** Runs the built program there, with the sandbox's variables and nothing else of the environment. */
  readonly keyturn: (
    args: readonly string[],
    env?: Readonly<Record<string, string | undefined>>,
  ) => Promise<Ended>;
  /** The token of that name in PlanetScale's list, as the world has it now. */
  readonly token: (name: string) => {
    id: string;
    token: string;
    accesses: string[];
    revokedAt: string | null;
  };
  readonly tokens: () => { id: string; name: string; token: string; revokedAt: string | null }[];
  /** A secret of a repository's Actions, opened. */
  readonly secret: (repository: string, name: string) => string | undefined;
}

/** `random` is the sandbox's, for the ids and secrets of new tokens. */
export async function makePlace(world: World = {}, random = Math.random): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-test-'));
  const sandbox = await startSandbox({ world, random });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  const tokens: Place['tokens'] = () =>
    (sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? []) as never;
  return {
    folder,
    sandbox,
    tokens,
    keyturn: (args, env = {}) => runBin('keyturn.js', args, { ...sandbox.env, ...env }, folder),
    token: (name) => {
      const found = tokens().find((token) => token.name === name || token.id === name);
      if (found === undefined) throw new Error(`no token ${name}`);
      return found as never;
    },
    secret: (repository, name) => {
      const github = sandbox.state().github as unknown as Record<
        string,
        { actions?: Record<string, { value: string }> }
      >;
      return github[repository]?.actions?.[name]?.value;
    },
  };
}

/** What somebody else does to the world, as the sandbox's `POST /admin` has it. */
export function others({ sandbox }: Place, ...changes: readonly object[]): Promise<void> {
  return controlOf(sandbox).change(...changes);
}

/** Runs one of the built bins to its end. */
export function runBin(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [resolvePath(bin, name), ...args], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: cwd,
        XDG_CACHE_HOME: cache,
        // No test asks a registry, unless it has one of its own.
        npm_config_offline: 'true',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
export const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
