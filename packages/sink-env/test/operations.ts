import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

import { fileOperations, type FileOperations } from '../src/operations.ts';

/** Called before each operation with what it does, such as `rename .env` or `sync new`; what it throws is what the operation fails with. */
export type Hook = (step: string) => unknown;

/** The real operations, each announced to a hook before it is made. */
export function hooked(hook: Hook): FileOperations {
  const named =
    <Arguments extends [unknown, ...unknown[]], Result>(
      verb: string,
      call: (...given: Arguments) => Promise<Result>,
      nameOf: (...given: Arguments) => unknown = (...given) => given[0],
    ) =>
    async (...given: Arguments): Promise<Result> => {
      await hook(`${verb} ${short(nameOf(...given))}`);
      return call(...given);
    };
  const { lstat, mkdir, readdir, rename, rmdir, statfs, unlink, writeFile } = fileOperations;
  return {
    lstat: named('look at', lstat as never),
    mkdir: named('make', mkdir as never),
    readdir: named('list', readdir as never),
    rename: named('rename', rename, (_, to) => to),
    rmdir: named('remove', rmdir),
    statfs: named('measure', statfs as never),
    unlink: named('unlink', unlink),
    writeFile: named('write', writeFile),
    async open(path, ...rest) {
      const name = short(path);
      await hook(`open ${name}`);
      return hookedHandle(await fileOperations.open(path, ...rest), name, hook);
    },
  } as FileOperations;
}

function hookedHandle(handle: FileHandle, name: string, hook: Hook): FileHandle {
  return new Proxy(handle, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...given: unknown[]) => Promise<unknown>;
      if (!['writeFile', 'sync', 'chmod', 'chown', 'stat', 'close'].includes(String(key)))
        return method;
      return async (...given: unknown[]) => {
        if (key !== 'close') await hook(`${String(key)} ${name}`);
        return method(...given);
      };
    },
  });
}

/** What differs from one delivery to the next is left out of a name. */
function short(path: unknown): string {
  const name = basename(String(path));
  if (/-[\da-f]{12}-[\da-f]{16}-/.test(name)) return 'holder';
  if (/\.keyturn-[\da-f]{16}$/.test(name)) return 'draft';
  if (name.endsWith('.keyturn-lock')) return 'lock';
  return name.startsWith('keyturn-sink-env-') ? 'folder' : name;
}

export const osError = (code: string): Error => Object.assign(new Error('planted'), { code });
