import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { defineStore } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { adapterContext, runStoreConformance, type StoreFixture } from '@keyturn/core/testing';
import { test } from 'vitest';

import { createFileStore } from '../src/file-store.ts';
import { pathsOf } from '../src/folder.ts';
import { powered } from './power.ts';
import { systemError } from './support.ts';

const HOUR = 3_600_000;

await runStoreConformance('file', fixture, { test });

async function fixture(): Promise<StoreFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-store-'));
  await mkdir(join(directory, 'disk'));
  let isFull = false;
  const { operations, copyRest } = powered(() => (isFull ? systemError('ENOSPC') : undefined));
  const context = adapterContext({ directory });
  const { clock } = context;
  const adapter = defineStore({
    kind: 'file',
    options: {
      '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: String(value) }) },
    },
    env: [],
    connect: (folder) => createFileStore({ folder: resolve(directory, folder), clock, operations }),
  });
  const on = (disk: string): Promise<StateStore> => adapter.open(join(disk, 'state'), context);
  let crashes = 0;
  const paths = (rotation: string) => pathsOf(join(directory, 'disk', 'state'), rotation);
  return {
    store: await on('disk'),
    another: () => on('disk'),
    async crash() {
      const left = `left-${++crashes}`;
      await copyRest(join(directory, 'disk'), join(directory, left));
      return on(left);
    },
    // What was written is noticed not to fit when it is synced.
    fail: () => (isFull = true),
    async tamper(rotation) {
      const { ledger } = paths(rotation);
      const text = await readFile(ledger, 'utf8');
      await writeFile(ledger, text.replace('2030', '2031'));
    },
    // A holder on this machine is alive as long as its process: it has to be elsewhere, and silent.
    async steal(rotation) {
      const { lock } = paths(rotation);
      const [lockFile = ''] = await readdir(lock);
      const file = join(lock, lockFile);
      const holder = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...holder, host: 'elsewhere' }));
      const then = (Date.now() - HOUR) / 1000;
      await utimes(file, then, then);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
