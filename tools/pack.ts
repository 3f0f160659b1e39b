import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A package as it would be published. */
export interface Tarball {
  readonly name: string;
  readonly filename: string;
}

/** Packs every package that was built into a folder, as it is published. */
export async function packAll(folder: string): Promise<Tarball[]> {
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string;
  };
  const args = [
    '-y',
    '--prefer-offline',
    packageManager,
    // nx has built them; each would ask it again.
    '--config.ignore-scripts=true',
    `--config.pnpmfile=${join(root, 'tools/publish/pnpmfile.cjs')}`,
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
    '--json',
  ];
  const { stdout } = await promisify(execFile)('npx', args, { cwd: root, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.slice(stdout.search(/[[{]/))) as Tarball[];
}
