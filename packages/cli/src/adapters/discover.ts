import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { KIND } from './target-module.ts';

export const roles = ['issuer', 'sink', 'store'] as const;
export type Role = (typeof roles)[number];

/** An installed package that says in its manifest what it adapts: `"keyturn": { "sink": "gitlab" }`. */
export interface FoundAdapter {
  readonly role: Role;
  readonly kind: string;
  readonly packageName: string;
  readonly version: string;
  /** The folder that the package was found from. */
  readonly from: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly keyturn?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A path in its place would be code that nobody installed. */
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/** The folder that packages beside the program are found from. */
export const ownFolder: string = dirname(fileURLToPath(import.meta.url));

/**
 * The adapters among the direct dependencies of the project and of the program itself. Only manifests are
 * read; nothing is imported, and `node_modules` is not scanned.
 */
export async function discoverAdapters(project: string): Promise<FoundAdapter[]> {
  const found = await Promise.all([project, ownFolder].map(fromFolder));
  return found.flat();
}

/** The names that an adapter's package has by convention. */
export function conventionalNames(role: Role, kind: string): string[] {
  return [`@keyturn/${role}-${kind}`, `keyturn-${role}-${kind}`];
}

/** Looks for a package by its name from a folder, as Node does; undefined where it is not installed or no adapter. */
export async function findAdapter(
  packageName: string,
  from: string,
): Promise<FoundAdapter | undefined> {
  if (!PACKAGE.test(packageName)) return undefined;
  const manifest = await readManifest(resolveFrom(from, `${packageName}/package.json`));
  for (const role of roles) {
    const kind = manifest?.keyturn?.[role];
    if (typeof kind === 'string' && KIND.test(kind))
      return { role, kind, packageName, version: manifest?.version ?? '', from };
  }
  return undefined;
}

/** The file that `specifier` means from a folder; undefined where there is none. */
export function resolveFrom(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(specifier);
  } catch {
    return undefined;
  }
}

async function fromFolder(folder: string): Promise<FoundAdapter[]> {
  const manifest = await nearestManifest(folder);
  const names = Object.keys({
    ...manifest?.optionalDependencies,
    ...manifest?.devDependencies,
    ...manifest?.dependencies,
  });
  const found = await Promise.all(names.toSorted().map((name) => findAdapter(name, folder)));
  return found.filter((adapter) => adapter !== undefined);
}

async function nearestManifest(folder: string): Promise<Manifest | undefined> {
  const manifest = await readManifest(join(folder, 'package.json'));
  const parent = dirname(folder);
  return manifest ?? (parent === folder ? undefined : nearestManifest(parent));
}

async function readManifest(file: string | undefined): Promise<Manifest | undefined> {
  if (file === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
