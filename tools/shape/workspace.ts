import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

import { layerOf, type Layer } from '../layers.ts';

/** The texts of a workspace's files, by their paths from its root. */
export type Tree = ReadonlyMap<string, string>;

interface Manifest {
  readonly name?: string;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export interface Package {
  /** The name of its folder: `sink-github`. */
  readonly folder: string;
  readonly layer: Layer;
  readonly manifest: Manifest;
  /** Its files, by their paths from its folder. */
  readonly files: Tree;
}

/** Something that is not as it must be. */
export interface Problem {
  readonly file: string;
  readonly message: string;
}

export type PackageRule = (one: Package) => Iterable<Problem>;
export type WorkspaceRule = (packages: readonly Package[], tree: Tree) => Iterable<Problem>;

export const SCOPE = '@keyturn/';

/** The name of a package on the registry. The one that `npx keyturn` finds is in no scope. */
export function nameOf({ folder, layer }: Pick<Package, 'folder' | 'layer'>): string {
  return layer.tag === 'layer:name' ? folder : `${SCOPE}${folder}`;
}

/** Reads what the rules look at; nothing of `node_modules` or `dist`. */
export async function readTree(root: string): Promise<Tree> {
  const patterns = ['packages/*/*', 'packages/*/{src,test,bin}/**/*', 'docs/*.md'];
  const tree = new Map<string, string>();
  for await (const entry of glob(patterns, { cwd: root, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    tree.set(path.relative(root, file).replaceAll('\\', '/'), await readFile(file, 'utf8'));
  }
  return tree;
}

/** The packages of a tree; a folder that cannot be one is a problem. */
export function packagesOf(tree: Tree): { packages: Package[]; problems: Problem[] } {
  const folders = [...tree.keys()].map((file) => /^packages\/([^/]+)\//.exec(file)?.[1]);
  const packages: Package[] = [];
  const problems: Problem[] = [];
  for (const folder of [...new Set(folders)].filter((name) => name !== undefined).toSorted()) {
    const prefix = `packages/${folder}/`;
    const layer = layerOf(folder);
    const manifest = parse(tree.get(`${prefix}package.json`));
    if (layer === undefined)
      problems.push({ file: prefix, message: 'its name belongs to no layer (tools/layers.ts)' });
    if (manifest === undefined)
      problems.push({ file: `${prefix}package.json`, message: 'is not there, or not JSON' });
    if (layer === undefined || manifest === undefined) continue;
    const files = [...tree].filter(([file]) => file.startsWith(prefix));
    packages.push({
      folder,
      layer,
      manifest,
      files: new Map(files.map(([file, text]) => [file.slice(prefix.length), text])),
    });
  }
  return { packages, problems };
}

function parse(text: string | undefined): Manifest | undefined {
  try {
    return JSON.parse(text ?? '') as Manifest;
  } catch {
    return undefined;
  }
}

/** What is installed along with a package. */
export function productionDependencies({ manifest }: Package): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}
