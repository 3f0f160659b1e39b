import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { sinksOf, type LayoutName } from './layout.ts';
import type { Counts, Point } from './point.ts';

const bin = fileURLToPath(new URL('../../packages/cli/bin/keyturn.js', import.meta.url));

/** How long a lost request may still land here; real time, so it is short. */
const SETTLE = '300ms';

/** A fresh world with a folder of its own. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly layout: LayoutName;
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

/** Makes places. What all runs share (the hook as JavaScript, compiled code) stands in a folder of its own. */
export interface Places {
  make(layout: LayoutName): Promise<Place>;
  close(): Promise<void>;
}

export async function openPlaces(): Promise<Places> {
  const shared = await mkdtemp(join(tmpdir(), 'keyturn-campaign-shared-'));
  const source = await readFile(new URL('hook.ts', import.meta.url), 'utf8');
  const hook = join(shared, 'hook.mjs');
  await writeFile(hook, stripTypeScriptTypes(source));
  const start = starter(pathToFileURL(hook).href, join(shared, 'compiled'));
  return {
    make: (layout) => makePlace(layout, start),
    close: () => rm(shared, { recursive: true, force: true }),
  };
}

type Start = (
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  point: Point | 'count' | undefined,
) => Promise<Ended>;

async function makePlace(layout: LayoutName, start: Start): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-campaign-'));
  const sandbox = await startSandbox();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { 'ci-github': { grace: '0', settle: SETTLE, layout, sinks: sinksOf(layout) } },
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const old = tokens.find(({ name }) => name === 'ci-github')?.id ?? '';
  return {
    folder,
    sandbox,
    layout,
    old,
    run: (point) => start(folder, sandbox.env, ['rotate', '--replaces', old, '--json'], point),
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How many places one whole run passes. */
export async function countPlaces(places: Places, layout: LayoutName): Promise<Counts> {
  const place = await places.make(layout);
  try {
    // The first run compiles what later ones load.
    const warm = await places.make(layout);
    await warm.run('count').finally(() => warm.close());
    const started = performance.now();
    const { stderr } = await place.run('count');
    const counts = /KEYTURN_COUNTS (.+)/.exec(stderr)?.[1];
    if (counts === undefined) throw new Error(`the run did not end by itself: ${stderr}`);
    return { ...(JSON.parse(counts) as Counts), milliseconds: performance.now() - started };
  } finally {
    await place.close();
  }
}

function starter(hook: string, compiled: string): Start {
  return (folder, env, args, point) =>
    new Promise((resolve, reject) => {
      const hooked = point !== undefined && (point === 'count' || point.what !== 'instant');
      const child = spawn(process.execPath, [...(hooked ? ['--import', hook] : []), bin, ...args], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          NODE_COMPILE_CACHE: compiled,
          ...env,
          ...(hooked && { KEYTURN_KILL: point === 'count' ? point : JSON.stringify(point) }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // An interrupt of the campaign is not one of the program.
        detached: true,
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
