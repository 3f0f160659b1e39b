import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chain, EMPTY, type Revision, serialise } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  append,
  AT,
  collect,
  freshFolder,
  hooked,
  labelsOf,
  linesOf,
  open,
  opened,
  started,
  writeChapters,
} from './support.ts';

let folder: string;
let ledger: string;
beforeEach(async () => {
  folder = await freshFolder();
  ledger = join(folder, 'one.jsonl');
});

describe('reading from the end', () => {
  it('reads as much of a ledger of 10,000 rotations as of one of 10', async () => {
    const bytesRead = async (rotation: string): Promise<number> => {
      let bytes = 0;
      const operations = hooked(async (call, _, act) => {
        const result = await act();
        if (call === 'read') bytes += (result as { bytesRead: number }).bytesRead;
        return result;
      });
      const { records } = await open({ folder, operations }).open(rotation);
      expect(records).toHaveLength(2);
      return bytes;
    };
    await writeChapters(folder, 10, 'short');
    await writeChapters(folder, 10_000, 'long');
    expect((await stat(join(folder, 'long.jsonl'))).size).toBeGreaterThan(3_000_000);
    expect(await bytesRead('long')).toBeLessThanOrEqual(64 * 1024 + 128);
    expect(await bytesRead('short')).toBeLessThan(64 * 1024 + 128);
  });

  it.each([1, 100, 1000, 5000])('finds a chapter of %i records behind others', async (count) => {
    const before = await writeChapters(folder, 3);
    const lock = await open({ folder }).lock('one', 'writer');
    const labels = Array.from({ length: count }, (_, number) => `wanted-${number}`);
    const revision = await append(lock, before, opened(), ...labels.map(started));
    await lock.release();
    const ledgerRead = await open({ folder }).open('one');
    expect(labelsOf(ledgerRead.records)).toEqual(labels);
    expect(ledgerRead.records[0]?.event.type).toBe('opened');
    expect(ledgerRead.revision).toBe(revision);
  });

  it('finds a chapter wherever it lies in the window', async () => {
    let revision: Revision = EMPTY;
    const lock = await open({ folder }).lock('one', 'writer');
    for (let size = 0; size < 40; size++) {
      const label = 'x'.repeat(size * 997);
      revision = await append(lock, revision, opened(), started(label));
      const read = await open({ folder }).open('one');
      expect(read.revision).toBe(revision);
      expect(labelsOf(read.records)).toEqual([label]);
    }
    await lock.release();
  });

  it('gives a ledger without an opened record from its start', async () => {
    const lock = await open({ folder }).lock('one', 'writer');
    await append(lock, EMPTY, started('a'), started('b'));
    await lock.release();
    expect(labelsOf((await open({ folder }).open('one')).records)).toEqual(['a', 'b']);
  });
});

describe('a last line that a crash tore', () => {
  const torn = serialise(chain('4:x', [started('never finished')], AT)[0] as never);

  it.each([1, 2, torn.length - 1])('is ignored after %i bytes, and left alone', async (length) => {
    const revision = await writeChapters(folder, 2);
    await appendFile(ledger, torn.slice(0, length));
    const before = await readFile(ledger);
    expect(await open({ folder }).open('one')).toMatchObject({ revision });
    expect(await collect(open({ folder }).history('one'))).toHaveLength(4);
    expect(await readFile(ledger)).toEqual(before);
  });

  it('is cut away before the next append', async () => {
    const revision = await writeChapters(folder, 2);
    await appendFile(ledger, torn.slice(0, 40));
    const lock = await open({ folder }).lock('one', 'writer');
    await append(lock, revision, started('after'));
    await lock.release();
    expect(await linesOf(ledger)).toHaveLength(5);
    expect(labelsOf(await collect(open({ folder }).history('one')))).toEqual([
      'label-0',
      'label-1',
      'after',
    ]);
  });

  it('may be any part of the last record', async () => {
    await writeChapters(folder, 2);
    const whole = await readFile(ledger);
    const start = whole.lastIndexOf('\n', -2) + 1;
    for (let size = start + 1; size < whole.length - 1; size++) {
      await truncate(ledger, size);
      const { records, revision } = await open({ folder }).open('one');
      expect(labelsOf(records)).toEqual([]);
      expect(revision).toMatch(/^3:/);
      await writeFile(ledger, whole);
    }
  });

  it('is none where nothing but the line feed is missing', async () => {
    const revision = await writeChapters(folder, 2);
    await truncate(ledger, (await stat(ledger)).size - 1);
    expect(await open({ folder }).open('one')).toMatchObject({ revision });
    expect(await collect(open({ folder }).history('one'))).toHaveLength(4);
    const lock = await open({ folder }).lock('one', 'writer');
    await append(lock, revision, started('after'));
    await lock.release();
    expect(await collect(open({ folder }).history('one'))).toHaveLength(5);
  });

  it('may be all there is', async () => {
    await writeChapters(folder, 1);
    await writeFile(ledger, '{"seq":1,"pr');
    await expect(open({ folder }).open('one')).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
    await writeFile(join(folder, 'two.jsonl'), '{"seq":1,"pr');
    expect(await open({ folder }).open('two')).toEqual({ records: [], revision: EMPTY });
  });
});
