import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Installs the pinned programs of a folder if their lock file changed. False if that fails, as without a registry. */
export function installPrograms(folder: URL): boolean {
  const wanted = readFileSync(new URL('package-lock.json', folder), 'utf8');
  const stamp = new URL('node_modules/.stamp', folder);
  if (read(stamp) === wanted) return true;
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['ci', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
