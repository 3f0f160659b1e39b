import { join } from 'node:path';

import { resolveFrom } from '@keyturn/host/session';

import type { Host } from '../host.ts';
import { lockByHand } from '../messages.ts';
import type { System } from './systems.ts';
import { planFile } from '../files/planned.ts';
import type { Planned } from './files.ts';
import { LOCK_OPTIONS, makeLock } from './lock.ts';
import { projectIn } from './managers.ts';
import type { Pinned } from './packages.ts';

/** How a pipeline gets keyturn and runs it. */
export interface Runner extends Planned {
  readonly install: string;
  readonly keyturn: string;
  /** The folder that it installs into; undefined for the project's own. */
  readonly folder: string | undefined;
}

/** The command that installs those of these packages that are not here yet; undefined if all are. */
export async function lineHere(
  packages: readonly Pinned[],
  { directory }: Host,
): Promise<string | undefined> {
  const { add } = await projectIn(directory);
  // The core comes with keyturn, except where nobody installs peers.
  const comes = add.startsWith('yarn ') ? '' : '@keyturn/core';
  const names = packages
    .map(({ name }) => name)
    .filter(
      (name) => name !== comes && resolveFrom(directory, `${name}/package.json`) === undefined,
    );
  return names.length === 0 ? undefined : [add, ...names].join(' ');
}

/** The files of the project that a pipeline installs from; none if it has its own. */
export async function installedFrom({ directory }: Host): Promise<readonly string[]> {
  const { locked, lockFile } = await projectIn(directory);
  return locked === undefined ? [] : ['package.json', lockFile];
}

/**
 * Installs from the project's own lock file if that contains keyturn, otherwise from one that is created for the pipeline. Either
 * way, each package has a hash in the repository, so nothing that the registry offers later is installed.
 */
export async function planRunner(
  { ci: { folder } }: System,
  packages: readonly Pinned[],
  host: Host,
): Promise<Runner> {
  const { locked } = await projectIn(host.directory);
  if (locked !== undefined) return { ...locked, folder: undefined, files: [], byHand: [] };
  return {
    install: `npm ci --ignore-scripts --prefix ${folder}`,
    keyturn: `${folder}/node_modules/.bin/keyturn`,
    folder,
    ...(await planLock(folder, packages, host)),
  };
}

async function planLock(folder: string, packages: readonly Pinned[], host: Host): Promise<Planned> {
  const dependencies = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  const text = `${JSON.stringify({ name: 'keyturn-pipeline', private: true, dependencies }, null, 2)}\n`;
  const manifest = await planFile(join(host.directory, folder, 'package.json'), text);
  const { path, before } = await planFile(join(host.directory, folder, 'package-lock.json'), '');
  const isUpToDate = before !== undefined && manifest.before === manifest.after;
  const after = isUpToDate ? before : await makeLock(text, packages, host);
  if (after !== undefined)
    return { files: [manifest, { path, before, after, isLong: true }], byHand: [] };
  return {
    files: [manifest],
    byHand: [lockByHand(folder, LOCK_OPTIONS)],
  };
}
