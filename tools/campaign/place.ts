import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type { Counts, Point } from './point.ts';

const bin = fileURLToPath(new URL('../../packages/cli/bin/keyturn.js', import.meta.url));
const hook = new URL('hook.ts', import.meta.url).href;

/** How long a lost request may still land here; real time, so it is short. */
const SETTLE = '300ms';

export const sinks = ['github:acme/web', 'github:acme/docs', 'env:.env.ci'];

/** A fresh world with a folder of its own. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly old: string;
  /** Runs the program; with a point it is killed there, if it gets that far. */
  run(point?: Point | 'count'): Promise<Ended>;
  close(): Promise<void>;
}

interface Ended {
  readonly killed: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function makePlace(layout: 'pair' | 'joined'): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-campaign-'));
  const sandbox = await startSandbox();
  const rotation = { grace: '0', settle: SETTLE, layout, sinks };
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { 'ci-github': rotation },
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const old = tokens.find(({ name }) => name === 'ci-github')?.id ?? '';
  return {
    folder,
    sandbox,
    old,
    run: (point) => runOnce(folder, sandbox.env, ['rotate', '--replaces', old, '--json'], point),
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How many places one whole run passes. */
export async function countPlaces(): Promise<Counts> {
  const place = await makePlace('pair');
  try {
    const { stderr } = await place.run('count');
    const counts = /KEYTURN_COUNTS (.+)/.exec(stderr)?.[1];
    if (counts === undefined) throw new Error(`the run did not end by itself: ${stderr}`);
    return JSON.parse(counts) as Counts;
  } finally {
    await place.close();
  }
}

function runOnce(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  point: Point | 'count' | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const hooked = point !== undefined && (point === 'count' || point.what !== 'instant');
    const child = spawn(process.execPath, [...(hooked ? ['--import', hook] : []), bin, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ...env,
        ...(hooked && { KEYTURN_KILL: point === 'count' ? point : JSON.stringify(point) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const instant =
      typeof point === 'object' && point.what === 'instant'
        ? setTimeout(() => child.kill('SIGKILL'), point.milliseconds)
        : undefined;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(instant);
      resolve({ killed: signal === 'SIGKILL', code, stdout, stderr });
    });
  });
}
