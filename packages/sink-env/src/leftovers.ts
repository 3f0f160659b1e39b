import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '@keyturn/core';

import type { Place } from './place.ts';
import { isGone, pid as own } from './process.ts';

const MINUTE = 60_000;
const REST = /^\.keyturn-(\d{1,10})-[\da-f]{16}\.tmp$/;

/** The name of a file that is written beside the one called `name`, to take its place. */
export function temporaryName(name: string, unique: string): string {
  return `${name}.keyturn-${own}-${unique}.tmp`;
}

/** Removes what killed processes left of writing this file: it holds plaintext. Those still at work are left alone. */
export async function removeLeftovers({ folder, name }: Place, clock: Clock): Promise<void> {
  for (const other of await readdir(folder).catch(() => [])) {
    const [, pid] = (other.startsWith(name) && REST.exec(other.slice(name.length))) || [];
    if (pid === undefined) continue;
    const path = join(folder, other);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined || stats.isDirectory()) continue;
    if (isGone(Number(pid)) || clock.now() - stats.mtimeMs > MINUTE)
      await unlink(path).catch(() => {});
  }
}
