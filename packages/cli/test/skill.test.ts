import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { temporaryFolder } from '../../host/test/temporary-folder.ts';
import { makePlace } from './keyturn.ts';
import { blocksOf, runHere } from './program-here.ts';

const skill = await readFile(new URL('../../../skills/keyturn/SKILL.md', import.meta.url), 'utf8');
const lines = blocksOf(skill, 'sh').flatMap((text) => text.trim().split('\n'));
const commands = lines.map((line) => line.trim()).filter((line) => line !== '');

it('says in its front matter what it is for', () => {
  expect(skill).toMatch(/^---\nname: keyturn\ndescription: .{100,1024}\n---\n/);
});

it('shows commands that work, one after the other', async () => {
  const place = await makePlace();
  await writeFile(join(place.folder, 'keyturn.config.yaml'), blocksOf(skill, 'yaml')[0] ?? '');
  // There, no configuration says where tokens are.
  const empty = { ...place, folder: await temporaryFolder({}) };
  const made = () => place.tokens().find(({ name }) => name === 'reports');
  const failed: object[] = [];
  expect(commands.length).toBeGreaterThan(24);
  for (const command of commands) {
    expect(command).toMatch(/^keyturn [a-z]/);
    const line = command
      .replaceAll('k3v9x0q2abcd', place.token('ci-github').id)
      .replaceAll('q7p1n5e8rj2h', made()?.id ?? 'none');
    const ended = await runHere(line.includes(' --replaces ') ? empty : place, line);
    // The sandbox's world has findings from the beginning.
    const wanted = line.startsWith('keyturn audit') ? 6 : 0;
    if (ended.code !== wanted) failed.push({ line, ...ended });
  }
  expect(failed).toEqual([]);
  // What the page promises of them.
  expect(made()?.revokedAt).not.toBe(null);
  const inUse = place.secret('acme/web', 'PLANETSCALE_SERVICE_TOKEN_ID') ?? '';
  expect((await runHere(place, `keyturn token delete ${inUse} --yes`)).code).not.toBe(0);
  expect(place.token(inUse).revokedAt).toBe(null);
});
