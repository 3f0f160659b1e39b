import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { KeyturnError } from '@keyturn/core';
import { EMPTY } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import { append, collect, freshFolder, linesOf, open, started, writeChapters } from './support.ts';

let folder: string;
let ledger: string;
let lines: string[];
beforeEach(async () => {
  folder = await freshFolder();
  ledger = join(folder, 'one.jsonl');
  await writeChapters(folder, 4);
  lines = await linesOf(ledger);
});

const whole = (parts: readonly string[]): string => parts.map((line) => `${line}\n`).join('');

async function refusalOf(read: Promise<unknown>): Promise<KeyturnError> {
  return (await read.then(
    () => expect.fail('it was accepted'),
    (error: unknown) => error,
  )) as KeyturnError;
}

describe('a ledger that was altered', () => {
  it.each([
    ['a value', (line: string) => line.replace('2030', '2031')],
    ['its number', (line: string) => line.replace(/"seq":\d+/, '"seq":99')],
    ['the hash before', (line: string) => line.replace(/"prev":"[^"]*"/, '"prev":"00"')],
    ['its type', (line: string) => line.replace(/"type":"\w+"/, '"type":"finished"')],
    ['a space', (line: string) => line.replace(':', ': ')],
    ['its order', (line: string) => JSON.stringify(JSON.parse(line), ['event', 'seq'])],
    ['a brace', (line: string) => line.slice(0, -1)],
    ['all of it', () => ''],
  ])('is refused in every line, with the line, where %s was changed', async (_, alter) => {
    for (const [index, line] of lines.entries()) {
      await writeFile(ledger, whole(lines.with(index, alter(line))));
      const error = await refusalOf(collect(open({ folder }).history('one')));
      expect(error).toMatchObject({ code: 'STATE_CORRUPT', effect: 'none' });
      const place = Number(/one\.jsonl:(\d+)/.exec(error.message)?.[1]);
      // A changed value shows in the next line, by the hash of this one.
      expect([index + 1, index + 2]).toContain(place);
    }
  });

  it('is refused by open where it reads, with the line too', async () => {
    for (let index = lines.length - 3; index < lines.length; index++) {
      const altered = lines.with(index, (lines[index] ?? '').replace('2030', '2031'));
      await writeFile(ledger, whole(altered));
      const error = await refusalOf(open({ folder }).open('one'));
      expect(error).toMatchObject({ code: 'STATE_CORRUPT', effect: 'none' });
      expect(error.message).toMatch(/one\.jsonl:[678]:/);
    }
  });

  it('is refused in every single byte of what open reads', async () => {
    const bytes = await readFile(ledger);
    // The line before the chapter is covered by its hash in the chapter's first record.
    const start = bytes.indexOf(lines[5] ?? '');
    for (let at = start; at < bytes.length - 1; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      await writeFile(ledger, altered);
      const error = await refusalOf(open({ folder }).open('one'));
      expect(error.code).toBe('STATE_CORRUPT');
    }
  });

  it.each([
    [
      'two lines changed places',
      (all: string[]) => all.with(5, all[6] ?? '').with(6, all[5] ?? ''),
    ],
    ['a line stands twice', (all: string[]) => all.toSpliced(6, 0, all[6] ?? '')],
    ['the last line stands twice', (all: string[]) => [...all, all[7] ?? '']],
    ['a line is missing', (all: string[]) => all.toSpliced(6, 1)],
    ['the last line is missing', (all: string[]) => all.slice(0, -1)],
    ['the last chapter is missing', (all: string[]) => all.slice(0, -2)],
    ['a line was added', (all: string[]) => [...all, '{"seq":9}']],
    ['everything is missing', () => []],
  ])('is refused where %s', async (_, alter) => {
    await writeFile(ledger, whole(alter(lines)));
    const store = open({ folder });
    for (const read of [() => store.open('one'), () => collect(store.history('one'))]) {
      const error = await refusalOf(read());
      expect(error.code).toBe('STATE_CORRUPT');
      expect(error.message).toMatch(/one\.jsonl(:\d+)?: /);
      expect(error.hint).toMatch(/last good copy/);
    }
  });

  it('is refused to a writer as well', async () => {
    const { revision } = await open({ folder }).open('one');
    await writeFile(ledger, whole(lines.with(7, (lines[7] ?? '').replace('2030', '2031'))));
    const lock = await open({ folder }).lock('one', 'writer');
    await expect(append(lock, revision, started('x'))).rejects.toMatchObject({
      code: 'STATE_CORRUPT',
      effect: 'none',
    });
    await lock.release();
  });

  it('is altered before the last chapter without open reading that far', async () => {
    await writeFile(ledger, whole(lines.with(0, (lines[0] ?? '').replace('2030', '2031'))));
    expect((await open({ folder }).open('one')).records).toHaveLength(2);
  });
});

describe('an older copy of a ledger', () => {
  it('is refused until the user says that it is the one to go on from', async () => {
    await writeFile(ledger, whole(lines.slice(0, -2)));
    const error = await refusalOf(open({ folder }).open('one'));
    expect(error.message).toMatch(/after record 6\b.*\b8 records/);
    expect(error.hint).toContain(`remove ${join(folder, 'one.head')}`);
    await rm(join(folder, 'one.head'));
    expect((await open({ folder }).open('one')).revision).toMatch(/^6:/);
  });

  it('is not what a removed ledger is: that is begun afresh', async () => {
    await rm(ledger);
    expect((await open({ folder }).open('one')).revision).toBe(EMPTY);
    const lock = await open({ folder }).lock('one', 'writer');
    await append(lock, EMPTY, started('again'));
    await lock.release();
    expect((await open({ folder }).open('one')).revision).toMatch(/^1:/);
  });

  it.each(['', 'nonsense', '\0'.repeat(70)])(
    'is not told by a mark that a power cut tore: %j',
    async (text) => {
      await writeFile(join(folder, 'one.head'), text);
      expect((await open({ folder }).open('one')).revision).toMatch(/^8:/);
    },
  );
});
