import { describe, expect, it } from 'vitest';

import {
  chain,
  EMPTY,
  formatLines,
  LineReader,
  parseHead,
  readChapter,
  revisionOf,
  type LedgerRecord,
} from '../../src/ledger/index.ts';
import { minute, opened, started } from './events.ts';

const records = chain(EMPTY, [opened, started('a'), opened, started('b')], minute(0));
const [, , , last] = records as [LedgerRecord, LedgerRecord, LedgerRecord, LedgerRecord];
const bytes = Buffer.from(formatLines(records, { isOpen: false }));
const file = { where: 'ci.jsonl', head: revisionOf(last), hint: 'Restore it.' };

describe('the file of a ledger', () => {
  it('has the same chapter wherever reading begins, or says that it takes more', () => {
    const whole = readChapter(file, bytes);
    expect(whole).toEqual({
      records: records.slice(2),
      revision: file.head,
      end: bytes.length,
      isOpen: false,
    });
    const secondLine = bytes.indexOf('\n') + 1;
    for (let offset = 1; offset <= bytes.length; offset++)
      expect(readChapter(file, bytes.subarray(offset), offset)).toEqual(
        offset < secondLine ? whole : undefined,
      );
  });

  it('may end with a record that lacks its line feed, or with a part of one', () => {
    const open = readChapter(file, bytes.subarray(0, -1));
    expect(open).toMatchObject({ revision: file.head, end: bytes.length - 1, isOpen: true });
    const torn = readChapter(file, bytes.subarray(0, -2));
    expect(torn).toMatchObject({ records: [records[2]], isOpen: false });
    expect(formatLines([last], { isOpen: true })).toMatch(/^\n\{.*\}\n$/);
  });

  it('must have what its head says', () => {
    const wrong = (what: string): object =>
      expect.objectContaining({
        code: 'STATE_CORRUPT',
        message: `ci.jsonl${what}`,
        hint: 'Restore it.',
      });
    const short = Buffer.from(formatLines(records.slice(0, 2), { isOpen: false }));
    expect(() => readChapter(file, short)).toThrow(
      wrong(': it ends after record 2, but 4 records were written'),
    );
    const other = { ...file, head: `2:${'0'.repeat(64)}` };
    const reader = new LineReader(other);
    const lines = short
      .toString()
      .split('\n')
      .map((line) => Buffer.from(line));
    expect(reader.next(lines[0] ?? Buffer.alloc(0))).toEqual(records[0]);
    expect(() => reader.next(lines[1] ?? Buffer.alloc(0))).toThrow(
      wrong(':2: record 2 was altered'),
    );
    expect(parseHead(`${file.head}\n`)).toBe(file.head);
    expect(parseHead(file.head)).toBeUndefined();
  });
});
