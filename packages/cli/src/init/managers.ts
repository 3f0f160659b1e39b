import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isExactVersion } from '../scaffold/pipeline/words.ts';

/** How a pipeline installs keyturn from the lock file of a project and runs it, without another download. */
interface Locked {
  readonly install: string;
  readonly keyturn: string;
}

type Manager = 'npm' | 'pnpm' | 'yarn';

interface Manifest {
  readonly packageManager?: unknown;
  readonly workspaces?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, unknown>>;
}

/** What the folder shows about its package manager. */
export interface Project {
  readonly manager: Manager;
  /** The command that adds packages to it. */
  readonly add: string;
  /** Undefined if the lock file does not contain keyturn, or the exact package manager is unknown. */
  readonly locked: Locked | undefined;
  readonly lockFile: string;
}

const LOCKS: Readonly<Record<Manager, string>> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
  yarn: 'yarn.lock',
};
const PACKAGE = '@keyturn/cli';
const BIN = 'node_modules/.bin/keyturn';

/**
 * Reads only the manifest and lock file of the folder: a pipeline runs at the root of the repository, where dependencies of a
 * workspace package are not always found.
 */
export async function projectIn(directory: string): Promise<Project> {
  const manifest = parsed(await textOf(join(directory, 'package.json')));
  const { manager: named, version } = namedManager(manifest);
  const locks: { [manager in Manager]?: string | undefined } = {};
  for (const manager of ['npm', 'pnpm', 'yarn'] as const)
    locks[manager] = await textOf(join(directory, LOCKS[manager]));
  const there = (['npm', 'pnpm', 'yarn'] as const).filter((one) => locks[one] !== undefined);
  const manager = named ?? there[0] ?? 'npm';
  const lock = locks[manager];
  const isDependency = [manifest.dependencies, manifest.devDependencies].some(
    (dependencies) => dependencies !== undefined && Object.hasOwn(dependencies, PACKAGE),
  );
  const rc = (await textOf(join(directory, '.yarnrc.yml'))) ?? '';
  const isRoot =
    manager === 'pnpm'
      ? (await textOf(join(directory, 'pnpm-workspace.yaml'))) !== undefined
      : manifest.workspaces !== undefined;
  return {
    manager,
    lockFile: LOCKS[manager],
    add: addLine(manager, isRoot && !isBerry(lock ?? '', version, rc)),
    locked:
      isDependency && lock?.includes(PACKAGE) === true
        ? linesOf(manager, lock, version, rc)
        : undefined,
  };
}

function linesOf(
  manager: Manager,
  lock: string,
  version: string | undefined,
  rc: string,
): Locked | undefined {
  if (manager === 'npm') return { install: 'npm ci --ignore-scripts', keyturn: BIN };
  if (manager === 'pnpm')
    return version === undefined
      ? undefined
      : {
          install: `npx --yes pnpm@${version} install --frozen-lockfile --ignore-scripts`,
          keyturn: BIN,
        };
  if (!isBerry(lock, version, rc)) {
    const yarn = version === undefined ? 'yarn' : `npx --yes yarn@${version}`;
    return { install: `${yarn} install --frozen-lockfile --ignore-scripts`, keyturn: BIN };
  }
  return berryLines(version, rc);
}

/**
 * Yarn 2 and later: the release in the repository, or the exact one of the manifest. Without `node_modules`, running keyturn needs
 * Yarn, too; it must not be downloaded in the step that has the credentials.
 */
function berryLines(version: string | undefined, rc: string): Locked | undefined {
  const release = /^yarnPath: *["']?(\.yarn\/releases\/[\w.-]+\.c?js)["']? *$/m.exec(rc)?.[1];
  const options = 'install --immutable --mode=skip-build';
  if (release !== undefined)
    return { install: `node ${release} ${options}`, keyturn: `node ${release} keyturn` };
  const hasModules = /^nodeLinker: *["']?node-modules["']? *$/m.test(rc);
  return version !== undefined && hasModules
    ? { install: `npx --yes -p @yarnpkg/cli-dist@${version} yarn ${options}`, keyturn: BIN }
    : undefined;
}

function isBerry(lock: string, version: string | undefined, rc: string): boolean {
  if (version !== undefined) return !/^[01]\./.test(version);
  return /^__metadata:/m.test(lock) || rc !== '';
}

function namedManager({ packageManager }: Manifest): {
  readonly manager?: Manager;
  readonly version?: string;
} {
  if (typeof packageManager !== 'string') return {};
  const [, manager, version = ''] = /^(npm|pnpm|yarn)@([^+]+)/.exec(packageManager) ?? [];
  if (manager === undefined) return {};
  return {
    manager: manager as Manager,
    ...(isExactVersion(version) && { version }),
  };
}

/** Package managers add to the root of a workspace only with an option. */
function addLine(manager: Manager, isRoot: boolean): string {
  if (manager === 'pnpm') return `pnpm add --save-dev${isRoot ? ' --workspace-root' : ''}`;
  if (manager === 'yarn') return `yarn add --dev${isRoot ? ' --ignore-workspace-root-check' : ''}`;
  return 'npm install --save-dev';
}

function parsed(text: string | undefined): Manifest {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
