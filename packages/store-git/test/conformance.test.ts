import { basename } from 'node:path';

import { defineStore } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import {
  adapterContext,
  runStoreConformance,
  type StoreFixture,
  virtualClock,
} from '@keyturn/core/testing';
import { test, vi } from 'vitest';

import { createGitStore } from '../src/git-store.ts';
import { parseLocation } from '../src/location.ts';
import { bareRepository, fileIn, putFile, refusePushes, temporary } from './repositories.ts';
import { serveGit } from './server.ts';

const LEASE = 120_000;

// Each call starts several processes.
vi.setConfig({ testTimeout: 60_000 });

await runStoreConformance('git over files', () => fixture(false), { test });
await runStoreConformance('git over HTTP', () => fixture(true), { test });

async function fixture(isHttp: boolean): Promise<StoreFixture> {
  const { folder, remove } = await temporary();
  const bare = await bareRepository(folder);
  const server = isHttp ? await serveGit(folder) : undefined;
  const clock = virtualClock();
  const context = adapterContext({ clock });
  const location = parseLocation(
    server === undefined
      ? `git+file://${bare}#ledger`
      : `git+${server.url}/${basename(bare)}#ledger`,
  );
  if ('problem' in location) throw new Error(location.problem);
  const stores: StateStore[] = [];
  const open = async (): Promise<StateStore> => {
    const adapter = defineStore({
      kind: 'git',
      options: {
        '~standard': { version: 1, vendor: 'test', validate: () => ({ value: undefined }) },
      },
      connect: () =>
        createGitStore({
          location,
          directory: folder,
          env: { TMPDIR: folder, PATH: process.env['PATH'] },
          clock: context.clock,
          random: context.random,
          lease: LEASE,
        }),
    });
    const store = await adapter.open(undefined, context);
    stores.push(store);
    return store;
  };
  return {
    store: await open(),
    another: open,
    crash: open,
    async tamper(rotation) {
      const text = (await fileIn(bare, 'ledger', `${rotation}.jsonl`)) ?? '';
      await putFile(bare, 'ledger', `${rotation}.jsonl`, text.replace('2030', '2031'));
    },
    // A holder on this machine is alive as long as its process: it has to be elsewhere, and silent.
    async steal(rotation) {
      const text = (await fileIn(bare, 'ledger', `${rotation}.lock`)) ?? '';
      const lock = JSON.parse(text) as object;
      const renewed = new Date(clock.now() - 10 * LEASE).toISOString();
      const stolen = JSON.stringify({ ...lock, host: 'elsewhere', renewed, nonce: 'lost' });
      await putFile(bare, 'ledger', `${rotation}.lock`, stolen);
      await clock.advance(LEASE);
    },
    fail: () => refusePushes(bare),
    ...(server !== undefined && {
      stall: () => (server.fault = () => 'hang'),
      loseAnswer() {
        server.fault = (kind) => {
          if (kind !== 'push') return undefined;
          server.fault = undefined;
          return 'lose';
        };
      },
      requests: () => server.kinds.length,
    }),
    async close() {
      for (const store of stores) await store.close?.();
      await server?.[Symbol.asyncDispose]();
      await remove();
    },
  };
}
