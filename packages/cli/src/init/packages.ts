import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { conventionalNames, findAdapter, ownFolder, type Role } from '../adapters/discover.ts';
import { ownKinds } from '../adapters/load.ts';
import type { Host } from '../host.ts';

/** A package with the version that is in use here. */
interface Pinned {
  readonly name: string;
  readonly version: string;
}

/** How a pipeline runs keyturn. */
export interface Runner {
  readonly keyturn: string;
  readonly install: string | undefined;
  /** The line that installs the same here. */
  readonly here: string;
}

/**
 * From the project's own lock file where it has keyturn among its dependencies; else by npx, with every version as it is here.
 */
export async function runnerFor(
  issuer: string,
  kinds: readonly string[],
  host: Host,
): Promise<Runner> {
  const version = /^keyturn (\S+),/.exec(host.about())?.[1] ?? 'latest';
  const wanted: readonly (readonly [Role, string])[] = [
    ['issuer', issuer],
    ...kinds.filter((kind) => ownKinds.sink.includes(kind)).map((kind) => ['sink', kind] as const),
  ];
  const adapters = await Promise.all(
    wanted.map(([role, kind]) => pinnedAdapter(role, kind, version, host.directory)),
  );
  const all: readonly Pinned[] = [{ name: '@keyturn/cli', version }, ...adapters];
  const names = all.map(({ name }) => name).join(' ');
  const here = `npm install --save-dev ${names}`;
  if (await isLocked(host.directory))
    return { keyturn: 'npx keyturn', install: 'npm ci --ignore-scripts', here };
  const packages = all.map((one) => `-p ${one.name}@${one.version}`).join(' ');
  return { keyturn: `npx --yes ${packages} keyturn`, install: undefined, here };
}

async function pinnedAdapter(
  role: Role,
  kind: string,
  otherwise: string,
  directory: string,
): Promise<Pinned> {
  const [name = ''] = conventionalNames(role, kind);
  const found = (await findAdapter(name, directory)) ?? (await findAdapter(name, ownFolder));
  return { name, version: found?.version ?? otherwise };
}

async function isLocked(directory: string): Promise<boolean> {
  try {
    await stat(join(directory, 'package-lock.json'));
    const text = await readFile(join(directory, 'package.json'), 'utf8');
    const manifest = JSON.parse(text) as Readonly<
      Record<string, Readonly<Record<string, unknown>>>
    >;
    return [manifest['dependencies'], manifest['devDependencies']].some(
      (dependencies) => dependencies !== undefined && '@keyturn/cli' in dependencies,
    );
  } catch {
    return false;
  }
}
