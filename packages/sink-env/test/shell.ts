import { execFileSync } from 'node:child_process';

/** What a real shell has under a name once it has sourced the file. */
export function sourced(path: string, name: string): string {
  const script = `. "$1"; printf %s "$${name}"`;
  return execFileSync('sh', ['-c', script, 'sh', path], { encoding: 'utf8', env: {} });
}
