import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runStoreConformance } from '@keyturn/core/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { systemClock, systemRandom } from '@keyturn/core';
import { test } from 'vitest';

import { fileStore } from '../src/index.ts';
import { encodeName } from '../src/names.ts';

await runStoreConformance(
  'store-file',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keyturn-store-'));
    const another = () =>
      fileStore.open('state', {
        env: {},
        fetch: () => Promise.reject(new Error('no network here')),
        clock: systemClock,
        random: systemRandom,
        directory,
        allow: new Set(),
      });
    const path = (rotation: string, suffix: string): string =>
      join(directory, 'state', `${encodeName(rotation)}${suffix}`);
    return {
      store: await another(),
      another,
      async tamper(rotation) {
        const text = await readFile(path(rotation, '.jsonl'), 'utf8');
        await writeFile(path(rotation, '.jsonl'), text.replace('2030', '2031'));
      },
      async steal(rotation) {
        const [ticket = ''] = await readdir(path(rotation, '.lock'));
        const file = join(path(rotation, '.lock'), ticket);
        const holder = JSON.parse(await readFile(file, 'utf8')) as object;
        await writeFile(file, JSON.stringify({ ...holder, host: 'elsewhere' }));
        await utimes(file, 0, 0);
      },
      close: () => rm(directory, { recursive: true, force: true }),
    };
  },
  { test },
);
