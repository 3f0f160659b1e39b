import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { KeyturnError } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { formats } from '../src/formats/formats.ts';
import { refuseFull } from '../src/room.ts';
import { call, CANARY, contextFor, entry, NAME, openSink, temporaryFolder } from './context.ts';
import { hooked, osError } from './operations.ts';

const placeOf = async (target: string, folder: string) =>
  (await (await openSink(target, folder)).check([NAME], call)).place;

describe('the identity of a file', () => {
  it('is the folder that its path starts from, and that path', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    const [first, second] = [await openSink('env:.env', one), await openSink('env:.env', two)];
    expect(first.id).toBe(second.id);
    expect([first.server, second.server]).toEqual([realpathSync(one), realpathSync(two)]);
    expect((await openSink('env:../.env', one)).server).toBe(realpathSync(one));
  });

  it('needs no folder where the path says it all', async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const sink = await openSink(`env:${other}/.env`, folder);
    expect(sink.id).toBe(`env:${other}/.env`);
    expect(sink.server).toBeUndefined();
  });

  it('is the same through a link to the folder', async () => {
    const [real, parent] = [temporaryFolder(), temporaryFolder()];
    const link = join(parent, 'project');
    symlinkSync(real, link);
    const [through, directly] = [
      await openSink('env:.env', link),
      await openSink('env:.env', real),
    ];
    expect(through.server).toBe(directly.server);
    // However the path is written.
    for (const path of [join(link, '.env'), join(realpathSync(real), '.env')])
      expect((await openSink(`env:${path}`, link)).id).toBe('env:.env');
    expect(await placeOf('env:.env', link)).toBe(await placeOf('env:.env', real));
  });

  it('is told by check as the real path, links followed, whatever reads the file', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'a', '.env'), '');
    symlinkSync('../a/.env', join(folder, 'b', '.env'));
    symlinkSync('a', join(folder, 'c'));
    const place = join(realpathSync(folder), 'a', '.env');
    for (const path of ['a/.env', 'b/.env', 'c/.env', './a//.env', 'a/.env?format=docker'])
      expect(await placeOf(`env:${path}`, folder)).toBe(place);
    expect(await placeOf('env:c/.env.new', folder)).toBe(`${place}.new`);
  });

  it('stays though each write exchanges the file', async () => {
    const folder = temporaryFolder();
    const before = await placeOf('env:.env', folder);
    await (await openSink('env:.env', folder)).deliver([entry(NAME, CANARY)], call);
    expect(await placeOf('env:.env', folder)).toBe(before);
  });
});

const MIB = 1024 * 1024;

const outcomeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: unknown) => (KeyturnError.is(error) ? `${error.code} ${error.effect}` : 'unforeseen'),
  );

describe('a file without room', () => {
  it.each([
    ['60 bytes', 60, true],
    ['less than two values may need', 2 * 4096, true],
    ['enough', 3 * 4096, false],
  ])('is told by check: it has %s left', async (_, left, isFull) => {
    const folder = temporaryFolder();
    const text = '#'.repeat(MIB - left);
    writeFileSync(join(folder, '.env'), text);
    const sink = await openSink('env:.env', folder);
    const checked = sink.check([NAME, `${NAME}_ID`], call);
    expect(await outcomeOf(checked)).toBe(isFull ? 'FILE_UNSAFE none' : 'done');
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(text);
  });

  it.each([
    ['its disk is full', { blocks: 1000, bfree: 1, files: 0, ffree: 0 }, true],
    ['its disk takes no more files', { blocks: 1000, bfree: 1000, files: 10, ffree: 0 }, true],
    ['its disk has room', { blocks: 1000, bfree: 1000, files: 10, ffree: 1 }, false],
    ['its disk does not count', { blocks: 0, bfree: 0, files: 0, ffree: 0 }, false],
  ])('is told by check: %s', async (_, disk, isFull) => {
    const folder = temporaryFolder();
    const operations = { ...hooked(() => {}), statfs: async () => ({ ...disk, bsize: 4096 }) };
    const context = contextFor(folder);
    const file = { id: 'env:.env', path: '.env', format: formats.dotenv, context };
    const place = { folder, name: '.env', path: join(folder, '.env') };
    const checked = refuseFull({ ...file, operations: operations as never }, place, '', [NAME]);
    expect(await outcomeOf(checked)).toBe(isFull ? 'FILE_FAILED none' : 'done');
  });

  it('is told in words if the disk cannot be asked', async () => {
    const folder = temporaryFolder();
    const operations = hooked((step) => {
      if (step.startsWith('measure')) throw osError('EIO');
    });
    const file = { id: 'env:.env', path: '.env', format: formats.dotenv, operations };
    const place = { folder, name: '.env', path: join(folder, '.env') };
    const checked = refuseFull({ ...file, context: contextFor(folder) }, place, '', [NAME]);
    expect(await errorOf(checked)).toMatchObject({ code: 'FILE_FAILED' });
  });

  it('is told by check if its name leaves no room for that of the new file', async () => {
    const folder = temporaryFolder();
    const sink = await openSink(`env:${'n'.repeat(240)}`, folder);
    expect(await errorOf(sink.check([NAME], call))).toMatchObject({
      code: 'FILE_FAILED',
      message: expect.stringContaining('name is too long'),
    });
  });
});
