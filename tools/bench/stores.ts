import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { adapterContext } from '../../packages/core/src/testing/index.ts';
import { createFileStore } from '../../packages/store-file/src/file-store.ts';
import { fileOperations, type FileOperations } from '../../packages/store-file/src/operations.ts';
import gitStore from '../../packages/store-git/src/index.ts';
import { pushesOf, serveGit } from '../../packages/store-git/test/server.ts';
import { inFolder, rotator } from './ledgers.ts';
import type { Row } from './row.ts';

/** How long the server takes for a push, in milliseconds. */
const PUSH = 300;
const MOST = 4;

/** What the ledger costs in one rotation without a grace period. */
export async function stores(): Promise<Row[]> {
  return [await dataSyncs(), ...(await pushes())];
}

function dataSyncs(): Promise<Row> {
  return inFolder(async (folder) => {
    const { clock, next } = rotator();
    let syncs = 0;
    const operations: FileOperations = {
      ...fileOperations,
      open: async (...parameters) => {
        const handle = await fileOperations.open(...parameters);
        const datasync = handle.datasync.bind(handle);
        handle.datasync = async () => {
          syncs++;
          await datasync();
        };
        return handle;
      },
    };
    const store = createFileStore({ folder: join(folder, 'state'), clock, operations });
    const counted = async (): Promise<number> => {
      const before = syncs;
      await next({ ...store, specVersion: 1, kind: 'file' });
      return syncs - before;
    };
    // The first one also takes over the token of somebody else.
    const counts = [await counted(), await counted()];
    return {
      what: 'data syncs of one rotation, file store',
      measured: counts.join(', then '),
      bar: `≤ ${MOST}`,
      met: counts.every((count) => count > 0 && count <= MOST),
    };
  });
}

function pushes(): Promise<Row[]> {
  return inFolder(async (folder) => {
    await promisify(execFile)('git', ['init', '--quiet', '--bare', join(folder, 'ledger.git')]);
    await using server = await serveGit(folder);
    server.fault = (kind) => {
      server.delay = kind === 'push' ? PUSH : 0;
      return undefined;
    };
    const { clock, next } = rotator();
    const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' };
    const counted = async (): Promise<{ readonly count: number; readonly took: number }> => {
      const before = pushesOf(server);
      const began = performance.now();
      const store = await gitStore.open(
        `git+${server.url}/ledger.git`,
        adapterContext({ clock, env }),
      );
      await next(store);
      await store.close?.();
      return { count: pushesOf(server) - before, took: performance.now() - began };
    };
    const [first, second] = [await counted(), await counted()];
    return [
      {
        what: `pushes of one rotation, git store, ${PUSH} ms each`,
        measured: `${first.count}, then ${second.count}`,
        bar: `≤ ${MOST}`,
        met: [first, second].every(({ count }) => count > 0 && count <= MOST),
      },
      {
        what: 'its time, with everything else in memory',
        measured: `${second.took.toFixed(0)} ms, of which the server takes ${second.count * PUSH} ms`,
        bar: 'shown',
      },
    ];
  });
}
