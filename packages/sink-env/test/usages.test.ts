import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Usage } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import envSink from '../src/index.ts';
import { folderNotFound } from '../src/messages.ts';
import { call, CANARY, contextFor, NAME, openSink, temporaryFolder } from './context.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function search(folder: string, scope?: string, names = [NAME]): Promise<Usage[]> {
  const found: Usage[] = [];
  for await (const usage of envSink.usages(scope, names, contextFor(folder), call) ?? [])
    found.push(usage);
  return found;
}

const targets = (usages: readonly Usage[]): string[] =>
  usages.flatMap((usage) => ('target' in usage ? [usage.target] : []));

const LINE = `${NAME}=${CANARY}\n`;

describe('where secrets are used', () => {
  it('looks through the env files of the working directory, and shows no value', async () => {
    const folder = folderWith({
      '.env': LINE,
      '.env.local': `# ${NAME}=comment\nOTHER=1\n`,
      '.envrc': `export ${NAME}=${CANARY}\n`,
      '.envrc.local': `export ${NAME}=${CANARY}\n`,
      '.envrc.example': `export ${NAME}=${CANARY}\n`,
      'docker.env': LINE + LINE,
      '.env.example': LINE,
      'notes.txt': LINE,
      'apps/web/.env': LINE,
    });
    const usages = await search(folder);
    expect(targets(usages)).toEqual([
      'env:.env',
      'env:.envrc',
      'env:.envrc.local',
      'env:docker.env',
    ]);
    expect(JSON.stringify(usages)).not.toContain(CANARY);
    expect(usages[0]).toMatchObject({ name: NAME, updatedAt: expect.stringMatching(/^20.*Z$/) });
    for (const target of targets(usages)) expect((await openSink(target, folder)).id).toBe(target);
  });

  it('looks through another folder where one is named', async () => {
    const folder = folderWith({ '.env': LINE, 'apps/web/.env': `${NAME}_ID=x\n${LINE}` });
    expect(await search(folder, 'env:apps/web', [`${NAME}*`])).toMatchObject([
      { target: 'env:apps/web/.env', name: `${NAME}_ID` },
      { target: 'env:apps/web/.env', name: NAME },
    ]);
  });

  it('reports a file that must not be followed, and goes on', async () => {
    const folder = folderWith({ 'in/.env.a': LINE, 'out/secret': LINE });
    symlinkSync('../out/secret', join(folder, 'in/.env'));
    const usages = await search(join(folder, 'in'));
    expect(targets(usages)).toEqual(['env:.env.a']);
    expect(usages).toContainEqual({
      skipped: 'env:.env',
      reason: expect.stringContaining('leads out of'),
    });
  });

  it('refuses a scope that is none', async () => {
    const folder = folderWith({});
    expect(await errorOf(search(folder, 'env:nowhere'))).toEqual(folderNotFound('env:nowhere'));
    const missing = join(folder, 'nowhere');
    expect(await errorOf(search(missing))).toEqual(folderNotFound('env:.'));
    expect((await errorOf(search(folder, 'env:.?format=shell'))).code).toBe('TARGET_INVALID');
  });
});
