import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { StateStore } from '@keyturn/core';
import {
  runStoreConformance,
  seededRandom,
  type StoreFixture,
  virtualClock,
} from '@keyturn/core/testing';
import { test } from 'vitest';

import { pathsOf } from '../src/folder.ts';
import { fileStore } from '../src/index.ts';

const HOUR = 3_600_000;

await runStoreConformance('file', fixture, { test });

async function fixture(): Promise<StoreFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-store-'));
  const clock = virtualClock();
  const context = {
    env: {},
    fetch: () => Promise.reject(new Error('no network here')),
    clock,
    random: seededRandom(1),
    directory,
    allow: new Set<string>(),
  };
  const another = (): Promise<StateStore> => fileStore.open('state', context);
  const paths = (rotation: string) => pathsOf(join(directory, 'state'), rotation);
  return {
    store: await another(),
    another,
    async tamper(rotation) {
      const { ledger } = paths(rotation);
      const text = await readFile(ledger, 'utf8');
      await writeFile(ledger, text.replace('2030', '2031'));
    },
    // A holder on this machine is alive as long as its process: it has to be elsewhere, and silent.
    async steal(rotation) {
      const { lock } = paths(rotation);
      const [ticket = ''] = await readdir(lock);
      const file = join(lock, ticket);
      const holder = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...holder, host: 'elsewhere' }));
      const then = (Date.now() - HOUR) / 1000;
      await utimes(file, then, then);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
