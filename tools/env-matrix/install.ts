import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('programs/', import.meta.url);
const stamp = new URL('node_modules/.stamp', folder);

/** Installs the pinned programs if their lock file changed. Without a network, the readers that need them are skipped. */
export function install(): void {
  const wanted = readFileSync(new URL('package-lock.json', folder), 'utf8');
  if (stamped() === wanted) return;
  const { status } = spawnSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) writeFileSync(stamp, wanted);
  else process.stdout.write('npm ci failed in tools/env-matrix/programs\n');
}

function stamped(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}
