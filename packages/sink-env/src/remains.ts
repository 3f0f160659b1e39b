import { join } from 'node:path';

import type { Leftover } from '@keyturn/core';

import { type EnvFile } from './env-file.ts';
import { hasCode } from './failure.ts';
import { FORMER } from './leftovers.ts';
import { lockPath } from './lock.ts';
import type { FileOperations } from './operations.ts';
import { locate } from './place.ts';
import { NEW } from './replace.ts';
import { thisMachine } from './process.ts';
import { judge, parseTicket } from './ticket.ts';

/** The plaintext that killed processes left of writing this file. Nothing is removed: it is only looked at. */
export async function remains({ id, path, context, operations }: EnvFile): Promise<Leftover[]> {
  const place = await locate(id, path, context.directory);
  if (place === undefined) return [];
  const machine = await thisMachine();
  const found: Leftover[] = [];
  const lock = lockPath(place);
  for (const name of await listed(operations, lock)) {
    const ticket = parseTicket(name);
    const judgement = ticket && (await judge(ticket, machine));
    if (ticket === undefined || judgement === 'alive') continue;
    const file = join(lock, name, NEW);
    const elsewhere = judgement === 'elsewhere' ? ` on ${ticket.host}` : '';
    if (await mayExist(operations, file))
      found.push({ path: file, by: `process ${ticket.pid}${elsewhere}` });
  }
  for (const other of await listed(operations, place.folder)) {
    const [, pid] = other.startsWith(place.name)
      ? (FORMER.exec(other.slice(place.name.length)) ?? [])
      : [];
    if (pid !== undefined && (await machine.startOf(Number(pid))) === undefined)
      found.push({ path: join(place.folder, other), by: `process ${pid}` });
  }
  return found;
}

async function listed(operations: FileOperations, folder: string): Promise<string[]> {
  return operations.readdir(folder).catch(() => []);
}

/** What another user left cannot be looked at, and may be there. */
async function mayExist(operations: FileOperations, path: string): Promise<boolean> {
  try {
    await operations.lstat(path);
    return true;
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR');
  }
}
