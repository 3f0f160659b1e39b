import { fsync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Completes the file handles that Yarn puts in the place of Node's with Plug'n'Play: they cannot sync, so that no ledger would be
 * durable (yarnpkg/berry, FileHandle.ts: "Method not implemented").
 */
export default async function completeHandles() {
  const handle = await open(process.execPath);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const sync = promisify(fsync);
  for (const name of ['sync', 'datasync'])
    prototype[name] = function () {
      return sync(this.fd);
    };
}
