import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Sandbox } from '../../../packages/sandbox/src/index.ts';
import type { World } from '../world.ts';
import { fileLedgers } from './file.ts';
import { gitLedgers, makeTemplate } from './git.ts';
import type { Ledgers } from './ledgers.ts';
import { type Database, startDatabase } from './postgres.ts';
import { s3Ledgers } from './s3.ts';

/** What the stores of all worlds share; started when the first of them needs it. */
export interface Stores {
  /** @param root a folder that outlives the machines of the world */
  open(world: World, root: string, sandbox: Sandbox): Promise<Ledgers>;
  close(): Promise<void>;
}

export function openStores(): Stores {
  let database: Promise<Database> | undefined;
  let template: Promise<{ readonly folder: string; readonly path: string }> | undefined;
  return {
    async open({ store, clone }, root, sandbox) {
      if (store === 's3') return s3Ledgers(sandbox);
      if (store === 'postgres') return (await (database ??= startDatabase())).ledgers();
      if (store === undefined) return fileLedgers();
      if (store === 'file') return fileLedgers(join(root, 'ledgers'));
      const { path } = await (template ??= sharedTemplate());
      return gitLedgers(path, root, { clone, http: store === 'git-http' });
    },
    async close() {
      await (await database)?.close();
      if (template !== undefined) await rm((await template).folder, { recursive: true });
    },
  };
}

async function sharedTemplate() {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-campaign-git-'));
  return { folder, path: await makeTemplate(folder) };
}
