import { join } from 'node:path';

import type { Leftover } from '@keyturn/core';

import { type EnvFile } from './env-file.ts';
import { LEGACY } from './leftovers.ts';
import { lockPath } from './lock.ts';
import { processNamed } from './messages.ts';
import { type FileOperations, mayExist } from './operations.ts';
import { locate } from './place.ts';
import { NEW } from './replace.ts';
import { thisMachine } from './process.ts';
import { judge, parseHolder } from './holder.ts';

/** Lists the plaintext that killed processes left when writing this file. Removes nothing. */
export async function remains({ id, path, context, operations }: EnvFile): Promise<Leftover[]> {
  const place = await locate(id, path, context.directory);
  if (place === undefined) return [];
  const machine = await thisMachine();
  const found: Leftover[] = [];
  const lock = lockPath(place);
  for (const name of await listed(operations, lock)) {
    const holder = parseHolder(name);
    const judgement = holder && (await judge(holder, machine));
    if (holder === undefined || judgement === 'alive') continue;
    const file = join(lock, name, NEW);
    const host = judgement === 'elsewhere' ? holder.host : undefined;
    if (await mayExist(operations, file))
      found.push({ path: file, by: processNamed(holder.pid, host) });
  }
  for (const other of await listed(operations, place.folder)) {
    const [, pid] = other.startsWith(place.name)
      ? (LEGACY.exec(other.slice(place.name.length)) ?? [])
      : [];
    if (pid !== undefined && (await machine.startOf(Number(pid))) === undefined)
      found.push({ path: join(place.folder, other), by: processNamed(Number(pid)) });
  }
  return found;
}

async function listed(operations: FileOperations, folder: string): Promise<string[]> {
  return operations.readdir(folder).catch(() => []);
}
