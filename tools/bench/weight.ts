import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Row } from './row.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What installing the program without any adapter brings along. */
export async function weight(folder: string): Promise<Row[]> {
  const folders = new Map<string, string>();
  await collect(folder, folders);
  const sizes = await Promise.all([...folders.values()].map(publishedSize));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const names = [...folders.keys()].filter((name) => !name.startsWith('@keyturn/'));
  return [
    {
      what: 'production packages of @keyturn/cli',
      measured: `${folders.size}, of others: ${names.join(', ')}`,
      bar: 'shown',
    },
    {
      what: 'their size, installed',
      measured: `${(total / 1024 / 1024).toFixed(1)} MiB`,
      bar: 'shown',
    },
  ];
}

async function collect(folder: string, folders: Map<string, string>): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (folders.has(manifest.name)) return;
  folders.set(manifest.name, folder);
  const require = createRequire(join(folder, 'package.json'));
  for (const name of Object.keys(manifest.dependencies ?? {}))
    await collect(dirname(require.resolve(`${name}/package.json`)), folders);
}

/** Our own packages publish what `files` names; everybody else's folder is what was published. */
async function publishedSize(folder: string): Promise<number> {
  const { files } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    files?: readonly string[];
  };
  const ours = !folder.includes('node_modules');
  // The changelog is written by a release.
  const kept = files?.filter((file) => file !== 'CHANGELOG.md');
  const roots = ours && kept !== undefined ? kept.map((file) => join(folder, file)) : [folder];
  const sizes = await Promise.all(roots.map(sizeOf));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path);
  if (!stats.isDirectory()) return stats.size;
  const names = (await readdir(path)).filter((name) => name !== 'node_modules');
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
