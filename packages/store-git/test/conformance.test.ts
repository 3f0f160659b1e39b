import { defineStore } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import {
  adapterContext,
  runStoreConformance,
  type StoreFixture,
  virtualClock,
} from '@keyturn/core/testing';
import { test } from 'vitest';

import { createGitStore } from '../src/git-store.ts';
import { bareRepository, fileIn, putFile, refusePushes, temporary } from './repositories.ts';

const LEASE = 120_000;

await runStoreConformance('git', fixture, { test });

async function fixture(): Promise<StoreFixture> {
  const { folder, remove } = await temporary();
  const bare = await bareRepository(folder);
  const clock = virtualClock();
  const context = adapterContext({ clock });
  const stores: StateStore[] = [];
  const open = async (): Promise<StateStore> => {
    const adapter = defineStore({
      kind: 'git',
      options: {
        '~standard': { version: 1, vendor: 'test', validate: () => ({ value: undefined }) },
      },
      connect: () =>
        createGitStore({
          location: { url: `file://${bare}`, login: undefined, branch: 'ledger' },
          directory: folder,
          env: { TMPDIR: folder },
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
    async close() {
      for (const store of stores) await store.close?.();
      await remove();
    },
  };
}
