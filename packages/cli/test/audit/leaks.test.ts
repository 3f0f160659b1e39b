import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import planetscale from '@keyturn/issuer-planetscale';

import { findLeaks } from '../../src/audit/gather/leaks.ts';
import type { Host } from '../../src/host.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

const { leaks: forms = [] } = planetscale;

const secret = (fill: string): string => `pscale_tkn_${fill.repeat(43).slice(0, 43)}`;
const A = secret('a1B2e5F6g7');
const B = secret('c3D4h8J9k0');
const PLAIN = 'q8Wz0LmNb5RtYx2VcKp7Jh4Gd9Fs1Aa6';

interface Repository {
  readonly folder: string;
  readonly write: (file: string, text: string) => Promise<void>;
  readonly commit: () => string;
  readonly search: (
    ids?: readonly string[],
    exclude?: readonly string[],
  ) => ReturnType<typeof findLeaks>;
}

async function makeRepository(): Promise<Repository> {
  const folder = await temporaryFolder({});
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('init', '-q');
  return {
    folder,
    write: (file, text) => writeFile(join(folder, file), text),
    commit: () => {
      git('add', '-A');
      git('commit', '-q', '-m', 'change', '--allow-empty');
      return git('rev-parse', 'HEAD').slice(0, 12);
    },
    search: (ids = [], exclude = []) => {
      const { signal } = new AbortController();
      const env = { PATH: process.env['PATH'], HOME: folder };
      return findLeaks(
        { env, directory: folder, signal } as unknown as Host,
        { ids: new Set(ids), forms },
        exclude,
      );
    },
  };
}

describe('tokens in a repository', () => {
  it('are told by place and first commit, and never by what they are', async () => {
    const { write, commit, search } = await makeRepository();
    commit();
    await write('.env', `X=1\nTOKEN=${A}\n`);
    const first = commit();
    await write('.env', `X=1\n\n\nTOKEN=${A}\n`);
    commit();
    const result = await search();
    expect(result).toEqual({
      leaks: [{ file: '.env', line: 4, commit: first, isToken: true }],
      gaps: [],
      isSearched: true,
    });
    expect(JSON.stringify(result)).not.toContain('pscale_');
  });

  it('are found in the history after they were removed', async () => {
    const { folder, write, commit, search } = await makeRepository();
    await write('config.txt', `${A}\n`);
    const first = commit();
    await rm(join(folder, 'config.txt'));
    commit();
    expect((await search()).leaks).toEqual([{ file: 'config.txt', commit: first, isToken: true }]);
  });

  it('are found before they are committed, but not where git ignores them', async () => {
    const { write, commit, search } = await makeRepository();
    await write('.gitignore', '.env\n');
    commit();
    await write('.env', A);
    await write('notes.md', B);
    expect((await search()).leaks).toEqual([{ file: 'notes.md', line: 1, isToken: true }]);
  });

  it('are told with the id that stands beside them', async () => {
    const { write, search } = await makeRepository();
    await write('.env', `ID=abc123def456\nTOKEN=${A}\n\n\nOTHER=${B}\n`);
    expect((await search(['abc123def456'])).leaks).toMatchObject([
      { line: 2, token: 'abc123def456' },
      { line: 5 },
    ]);
  });

  it('of an older form are known by the id beside them', async () => {
    const { write, commit, search } = await makeRepository();
    await write('joined.yml', `credential: "abc123def456:${PLAIN}"\nother: ${PLAIN}\n`);
    commit();
    await write('joined.yml', '');
    commit();
    const { leaks } = await search(['abc123def456']);
    expect(leaks).toMatchObject([{ file: 'joined.yml', token: 'abc123def456', isToken: false }]);
    expect((await search([])).leaks).toEqual([]);
  });

  it('are not seen in ids, digests and labels', async () => {
    const { write, search } = await makeRepository();
    await write(
      'ledger.jsonl',
      `{"prev":"${'0a1b'.repeat(16)}","id":"abc123def456","label":"keyturn-ci-20261124T093015Z-k3v9x0q2"}\n`,
    );
    expect((await search(['abc123def456'])).leaks).toEqual([]);
  });

  it('are not seen in placeholders', async () => {
    const { write, search } = await makeRepository();
    await write('README.md', `TOKEN=${secret('x')} or ${secret('your')}\n`);
    expect((await search()).leaks).toEqual([]);
  });

  it('are left alone where they are meant', async () => {
    const { write, commit, search } = await makeRepository();
    await write('fixture.txt', A);
    commit();
    expect((await search([], ['fixture.txt'])).leaks).toEqual([]);
  });

  it('in a name of a file are not printed, nor are characters that a terminal obeys', async () => {
    const { write, commit, search } = await makeRepository();
    await write(`a\u001B[31m${A}.txt`, `${B}\n`);
    commit();
    const { leaks } = await search();
    expect(leaks).toMatchObject([{ file: String.raw`a\u001b[31m[secret]` }]);
  });

  it('stand in files whose names git quotes', async () => {
    const { folder, write, commit, search } = await makeRepository();
    await write('ü "x".txt', `${A}\n`);
    const first = commit();
    expect((await search()).leaks).toMatchObject([{ file: 'ü "x".txt', line: 1, commit: first }]);
    await rm(join(folder, 'ü "x".txt'));
    commit();
    expect((await search()).leaks).toMatchObject([{ commit: first }]);
  });
});

describe('what could not be searched', () => {
  it('is told where there is no repository', async () => {
    const folder = await temporaryFolder({});
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_DIR: '/nowhere' };
    const { signal } = new AbortController();
    const host = { env, directory: folder, signal } as unknown as Host;
    expect((await findLeaks(host, { ids: new Set(), forms }, [])).gaps).toMatchObject([
      { subject: 'the repository' },
    ]);
    expect(
      (await findLeaks({ ...host, env: { PATH: folder } }, { ids: new Set(), forms }, [])).gaps,
    ).toMatchObject([{ reason: 'git is not installed' }]);
  });

  it('is told of a shallow clone', async () => {
    const { folder, write, commit } = await makeRepository();
    await write('a', A);
    commit();
    await write('a', '');
    commit();
    const clone = await temporaryFolder({});
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${folder}`, clone]);
    const { signal } = new AbortController();
    const env = { PATH: process.env['PATH'], HOME: clone };
    const host = { env, directory: clone, signal } as unknown as Host;
    expect(await findLeaks(host, { ids: new Set(), forms }, [])).toMatchObject({
      leaks: [],
      gaps: [{ subject: 'the history', fix: expect.stringContaining('--unshallow') }],
    });
  });

  it('is nothing that the repository could make git run', async () => {
    const { folder, write, commit, search } = await makeRepository();
    await write('.gitattributes', '* diff=evil filter=evil\n');
    await write('a.txt', `${A}\n`);
    commit();
    const bad = `touch ${join(folder, 'ran')}`;
    for (const key of ['diff.evil.textconv', 'diff.evil.command', 'diff.external', 'core.pager'])
      execFileSync('git', ['config', key, bad], { cwd: folder });
    execFileSync('git', ['config', 'core.fsmonitor', bad], { cwd: folder });
    expect((await search()).leaks).toHaveLength(1);
    await expect(rm(join(folder, 'ran'))).rejects.toThrow('ENOENT');
  });
});
