import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { environment, type Command, type Manager } from './managers.ts';
import { run, tail, type Ended } from './run.ts';

/** What all cells share. */
export interface Shared {
  readonly folder: string;
  readonly registry: string;
  /** The folders of npm, pnpm, Yarn, git and the tools of the system. */
  readonly programs: readonly string[];
}

/** An empty folder with an empty home and a sandbox: one user's first hour. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  /** Runs a command there. @throws {Failed} if it does not end with 0 */
  readonly run: (command: Command, expected?: number) => Promise<Ended>;
}

/** A step did not end as it must. */
export class Failed extends Error {}

/** Makes a place, hands it on, and takes its servers away again. */
export async function inPlace<T>(
  shared: Shared,
  node: string,
  manager: Pick<Manager, 'prepare'>,
  use: (place: Place) => Promise<T>,
  manifest: object = {},
): Promise<T> {
  const folder = await mkdtemp(join(shared.folder, 'project-'));
  const home = await mkdtemp(join(shared.folder, 'home-'));
  const sandbox = await startSandbox();
  try {
    await mkdir(folder, { recursive: true });
    const named = { name: 'shop', private: true, ...manifest };
    await writeFile(join(folder, 'package.json'), JSON.stringify(named));
    await manager.prepare?.(folder);
    const env = {
      ...environment([node, ...shared.programs], home, shared.registry),
      ...sandbox.env,
    };
    return await use({
      folder,
      sandbox,
      run: async ([program, ...args], expected = 0) => {
        const ended = await run(program, args, { cwd: folder, env });
        if (ended.code === expected) return ended;
        const line = [program, ...args].join(' ');
        throw new Failed(`${line} ended with ${ended.code}\n${tail(ended)}`);
      },
    });
  } finally {
    await sandbox.close();
  }
}
