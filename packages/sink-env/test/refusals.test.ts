import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { KeyturnError } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { failure } from '../src/failure.ts';
import { fileFailed, isFolder, notRegular, notText, tooLarge } from '../src/messages.ts';
import { call, CANARY, entry, NAME, openSink, temporaryFolder } from './context.ts';

/** What check and deliver answer, which has to be the same. */
async function refusalOf(target: string, folder: string) {
  const sink = await openSink(target, folder);
  const checked = await errorOf(sink.check([NAME], call));
  const delivered = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
  expect(delivered.toJSON()).toEqual(checked.toJSON());
  expect([checked.effect, delivered.effect]).toEqual(['none', 'none']);
  return checked;
}

function repository(): string {
  const folder = temporaryFolder();
  execFileSync('git', ['init', '-q'], { cwd: folder });
  return folder;
}

describe('a file that git tracks', () => {
  it('is refused, with the way out', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.env'), 'A=1\n');
    execFileSync('git', ['add', '.env'], { cwd: folder });
    expect(await refusalOf('env:.env', folder)).toMatchObject({
      code: 'FILE_UNSAFE',
      hint: expect.stringContaining('--allow tracked-file'),
    });
    const sink = await openSink('env:.env', folder);
    expect(await errorOf(sink.remove?.(['A'], call) ?? Promise.resolve())).toMatchObject({
      code: 'FILE_UNSAFE',
    });
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('A=1\n');
  });

  it('is written where the user allows it', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.env'), 'A=1\n');
    execFileSync('git', ['add', '.env'], { cwd: folder });
    const sink = await openSink('env:.env', folder, { allow: new Set(['tracked-file']) });
    await sink.deliver([entry(NAME, 'new')], call);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(`A=1\n${NAME}=new\n`);
  });

  it('is told by its name, not by a pattern', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.env.a'), '');
    execFileSync('git', ['add', '.env.a'], { cwd: folder });
    const sink = await openSink('env:.env.*', folder);
    await expect(sink.deliver([entry(NAME, 'new')], call)).resolves.toBeDefined();
  });

  it('is not looked for where there is no git', async () => {
    const folder = repository();
    const sink = await openSink('env:.env', folder, { env: { PATH: folder } });
    await expect(sink.check([NAME], call)).resolves.toMatchObject({ warnings: [] });
  });

  it('is assumed where git does not answer', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.git', 'index'), 'broken');
    expect(await refusalOf('env:.env', folder)).toMatchObject({ code: 'FILE_UNSAFE' });
  });
});

describe('a symbolic link', () => {
  it('is followed within the folder, and stays', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'real'), 'A=1\n');
    symlinkSync('real', join(folder, '.env'));
    await (await openSink('env:.env', folder)).deliver([entry(NAME, 'new')], call);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe(`A=1\n${NAME}=new\n`);
    expect(realpathSync(join(folder, '.env'))).toBe(join(realpathSync(folder), 'real'));
  });

  it.each([
    ['the file', '.env', 'outside.env', 'env:.env'],
    ['a folder on the way', 'config', '.', 'env:config/.env'],
    ['a file that is missing', '.env', 'missing', 'env:.env'],
  ])('that leads out is refused: %s', async (_, link, to, target) => {
    const [outside, folder] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(outside, 'outside.env'), 'A=1\n');
    symlinkSync(join(outside, to), join(folder, link));
    expect(await refusalOf(target, folder)).toMatchObject({ code: 'FILE_UNSAFE' });
    expect(readFileSync(join(outside, 'outside.env'), 'utf8')).toBe('A=1\n');
  });

  it('may lead to the folder that everything starts from', async () => {
    const [real, parent] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(real, join(parent, 'project'));
    await (await openSink('env:.env', join(parent, 'project'))).deliver([entry(NAME, 'new')], call);
    expect(readFileSync(join(real, '.env'), 'utf8')).toBe(`${NAME}=new\n`);
  });
});

describe('what is not an env file', () => {
  it.each<[string, (path: string) => void, (id: string) => KeyturnError]>([
    ['a folder', (path) => mkdirSync(path), isFolder],
    ['a pipe', (path) => execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]), notRegular],
    ['over 1 MiB', (path) => writeFileSync(path, '#'.repeat(1024 * 1024 + 1)), tooLarge],
    ['UTF-16', (path) => writeFileSync(path, 'A=1\n', 'utf16le'), notText],
  ])('is refused, with the reason: %s', async (_, make, reason) => {
    const folder = temporaryFolder();
    make(join(folder, '.env'));
    expect(await refusalOf('env:.env', folder)).toEqual(reason('env:.env'));
  });

  it('is none of exactly 1 MiB, which is read and written', async () => {
    const folder = temporaryFolder();
    const line = `\n${NAME}=${CANARY}\n`;
    writeFileSync(join(folder, '.env'), `${'#'.repeat(1024 * 1024 - line.length)}${line}`);
    const sink = await openSink('env:.env', folder);
    expect(await sink.confirm([entry(NAME, CANARY)], {}, call)).toBe('same');
    await sink.deliver([entry(NAME, CANARY.toLowerCase())], call);
    expect(await sink.confirm([entry(NAME, CANARY.toLowerCase())], {}, call)).toBe('same');
  });

  it.each([
    ['docker', 'export A=1\n', 'docker rejects the file: line 1 '],
    ['docker', 'A=1\nB=caf\u00e9\n', 'docker rejects the file: line 2 '],
    ['systemd', 'A="caf\u00e9"\n', 'systemd rejects the file: line 1 '],
    ['systemd', 'A=1\nB="open\n', 'line 2 opens a quote'],
  ])('is refused where its program reads nothing of it: %s, %j', async (format, text, words) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'app.env'), text, 'latin1');
    expect(await refusalOf(`env:app.env?format=${format}`, folder)).toMatchObject({
      code: 'FILE_UNSAFE',
      message: expect.stringContaining(words),
    });
  });

  it('is refused where a delivery would make it too large', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), '#'.repeat(1024 * 1024));
    const sink = await openSink('env:.env', folder);
    expect(await errorOf(sink.deliver([entry(NAME, CANARY)], call))).toMatchObject({
      code: 'FILE_UNSAFE',
      effect: 'none',
    });
  });
});

describe('an error of the file system', () => {
  it('is explained', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await refusalOf('env:missing/.env', folder)).toEqual(
      fileFailed('env:missing/.env', 'ENOENT', 'none'),
    );
    expect(await refusalOf('env:file/.env', folder)).toEqual(
      fileFailed('env:file/.env', 'ENOTDIR', 'none'),
    );
  });

  it.each([
    ['EACCES', 'permission denied'],
    ['EROFS', 'read-only'],
    ['ENOSPC', 'full'],
    ['ENEW', 'ENEW'],
  ])('%s: %s', (code, words) => {
    const error = failure('env:.env', Object.assign(new Error(CANARY), { code }));
    expect(error.code).toBe('FILE_FAILED');
    expect(error.message).toMatch(/^env:\.env: /);
    expect(error.message).toContain(words);
    expect(error.message + error.hint).not.toContain(CANARY);
    expect(error.hint).toMatch(/\.$/);
  });

  it.skipIf(process.getuid?.() === 0)(
    'is found by check (skipped for root, who may do everything)',
    async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, '.env'), '', { mode: 0o400 });
      expect(await refusalOf('env:.env', folder)).toMatchObject({ code: 'FILE_FAILED' });
    },
  );
});
