import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('programs/', import.meta.url);
const stamp = new URL('node_modules/.stamp', folder);

/** Installs the pinned programs if their lock file changed. @throws if that fails: without a registry nothing can be tried */
export function install(): void {
  const wanted = readFileSync(new URL('package-lock.json', folder), 'utf8');
  if (stamped() === wanted) return;
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['ci', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci failed in tools/e2e/programs');
  writeFileSync(stamp, wanted);
}

function stamped(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}
