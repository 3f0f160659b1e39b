import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { find } from './matrix/run.ts';
import { call, entry, NAME, openSink, temporaryFolder } from './context.ts';

const program = find('direnv');

/** What direnv loads in a folder; undefined if it blocks the `.envrc`. */
function direnv(folder: string, ...parameters: readonly string[]): string | undefined {
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') };
  const options = { cwd: folder, env, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(program ?? '', parameters, options);
  return status === 0 ? stdout : undefined;
}

const load = (folder: string) => direnv(folder, 'exec', folder, 'sh', '-c', `printf %s "$${NAME}"`);

describe('direnv (skipped if it is not installed)', () => {
  it.skipIf(program === undefined)(
    'blocks an .envrc that was written, until it is allowed',
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, '.envrc'), `export ${NAME}=old\n`);
      direnv(folder, 'allow', '.');
      expect(load(folder)).toBe('old');
      await (await openSink('env:.envrc', folder)).deliver([entry(NAME, 'new')], call);
      expect(load(folder)).toBeUndefined();
      direnv(folder, 'allow', '.');
      expect(load(folder)).toBe('new');
    },
  );

  it.skipIf(program === undefined).each([
    ['.envrc.local', 'source_env_if_exists .envrc.local'],
    ['.env', 'dotenv'],
  ])('loads %s after it was written, without being asked', async (name, line) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.envrc'), `${line}\n`);
    writeFileSync(join(folder, name), `export ${NAME}=old\n`);
    direnv(folder, 'allow', '.');
    expect(load(folder)).toBe('old');
    await (await openSink(`env:${name}`, folder)).deliver([entry(NAME, 'new')], call);
    expect(load(folder)).toBe('new');
  });
});

describe('check of an .envrc', () => {
  it('says what to run, and what needs nothing', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'apps', 'web'), { recursive: true });
    const warningsOf = async (target: string) =>
      (await (await openSink(target, folder)).check([NAME], call)).warnings;
    const [warning] = await warningsOf('env:apps/web/.envrc');
    for (const words of ['`direnv allow apps/web`', 'source_env_if_exists', '`dotenv`'])
      expect(warning).toContain(words);
    expect(await warningsOf('env:.envrc')).toEqual([expect.stringContaining('direnv allow .`')]);
    for (const other of ['env:.envrc.local', 'env:.env'])
      expect(await warningsOf(other)).toEqual([]);
  });
});
