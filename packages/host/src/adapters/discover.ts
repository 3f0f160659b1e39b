import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

import { ownPackage } from './own-kinds.ts';
import { roles, type Role } from './role.ts';
import { KIND } from './target-module.ts';

/**
 * What the manifest of an installed package declares that it adapts: `"keyturn": { "sink": "acme" }`, or several kinds with the
 * entries that they are the default export of: `"keyturn": { "issuer": { "acme": ".", "acme-password": "./password" } }`.
 */
export interface FoundAdapter {
  readonly role: Role;
  readonly kind: string;
  readonly packageName: string;
  /** What to import: the package, or one of its entries. */
  readonly specifier: string;
  readonly version: string;
  /** The platform has a CI for which a pipeline can be generated: `"keyturn": { "sink": "acme", "ci": true }`. */
  readonly hasCi: boolean;
  /** The schemes of a store's locations: `"keyturn": { "store": "acme", "schemes": ["acme"] }`. */
  readonly schemes: readonly string[];
  /** The folder from which the package was found. */
  readonly from: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly keyturn?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: unknown;
}

/** A path instead of a name would be code that nobody installed. */
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

const ENTRY = /^\.(?:\/[\w-]+)*$/;

/**
 * The adapters among the direct dependencies of the project, of its workspace, of the program and of the place where the program
 * is installed (a project, or the folder of npx). Only manifests are read: nothing is imported, and `node_modules` is not scanned.
 */
export async function discoverAdapters(
  project: string,
  ownFolder: string,
): Promise<FoundAdapter[]> {
  const ofInstallation = readManifest(installationManifest(ownFolder));
  const [ofProject, own] = await Promise.all([manifestsAbove(project), manifestsAbove(ownFolder)]);
  return [
    ...(await namedIn(ofProject, project)),
    ...(await namedIn([...own.slice(0, 1), ofInstallation ?? {}], ownFolder)),
  ];
}

/** The manifest beside the `node_modules` that contains the program; npx writes one that lists what it installed. */
function installationManifest(ownFolder: string): string | undefined {
  const at = ownFolder.lastIndexOf(`${sep}node_modules${sep}`);
  return at < 0 ? undefined : join(ownFolder.slice(0, at), 'package.json');
}

/** The conventional names of an adapter's package; keyturn's own comes first. */
export function conventionalNames(role: Role, kind: string): string[] {
  return [ownPackage(role, kind), `keyturn-${role}-${kind}`];
}

/** Finds a package by its name from a folder, as Node does; nothing if it is not installed or is not an adapter. */
export async function findAdapters(packageName: string, from: string): Promise<FoundAdapter[]> {
  if (!PACKAGE.test(packageName)) return [];
  const manifest = manifestOf(packageName, from);
  const declared = manifest?.keyturn ?? {};
  const common = {
    packageName,
    version: manifest?.version ?? '',
    hasCi: declared['ci'] === true,
    schemes: textsIn(declared['schemes']),
    from,
  };
  return roles.flatMap((role) =>
    entriesOf(declared[role]).map(([kind, entry]) => ({
      role,
      kind,
      specifier: entry === '.' ? packageName : `${packageName}/${entry.slice(2)}`,
      ...common,
    })),
  );
}

/** The kinds of a role, with the entries of the package. Anything else would be a path to code that nobody exported. */
function entriesOf(declared: unknown): (readonly [kind: string, entry: string])[] {
  const given = typeof declared === 'string' ? { [declared]: '.' } : declared;
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).filter(
    (entry): entry is [string, string] => KIND.test(entry[0]) && ENTRY.test(String(entry[1])),
  );
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/**
 * The manifest of an installed package. Most lie where Node looks first; to resolve their names takes ten times as long as to read them
 * there.
 */
function manifestOf(packageName: string, from: string): Manifest | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'node_modules', packageName, 'package.json'));
    if (manifest !== undefined) return manifest;
    if (dirname(folder) === folder) break;
  }
  return readManifest(resolveFrom(from, `${packageName}/package.json`));
}

/** The file that `specifier` resolves to from a folder; undefined if there is none. */
export function resolveFrom(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(specifier);
  } catch {
    return undefined;
  }
}

async function namedIn(manifests: readonly Manifest[], from: string): Promise<FoundAdapter[]> {
  const names = manifests.flatMap((manifest) =>
    Object.keys({
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
      ...manifest.devDependencies,
      ...manifest.dependencies,
    }),
  );
  const unique = [...new Set(names)].toSorted();
  const found = await Promise.all(unique.map((name) => findAdapters(name, from)));
  return found.flat();
}

/** The nearest manifest, and those of the workspaces around it. */
async function manifestsAbove(folder: string, isNearer = false): Promise<Manifest[]> {
  const manifest = readManifest(join(folder, 'package.json'));
  const counts = manifest !== undefined && (!isNearer || (await isWorkspace(folder, manifest)));
  const parent = dirname(folder);
  const above =
    parent === folder ? [] : await manifestsAbove(parent, isNearer || manifest !== undefined);
  return counts ? [manifest, ...above] : above;
}

async function isWorkspace(folder: string, { workspaces }: Manifest): Promise<boolean> {
  if (workspaces !== undefined) return true;
  return access(join(folder, 'pnpm-workspace.yaml')).then(
    () => true,
    () => false,
  );
}

function readManifest(file: string | undefined): Manifest | undefined {
  if (file === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
