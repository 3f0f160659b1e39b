import { describe, expect, it } from 'vitest';

import {
  chain,
  EMPTY,
  formatLines,
  LineReader,
  parseHead,
  readChapter,
  revisionOf,
  serialise,
  type LedgerRecord,
} from '../../src/ledger/index.ts';
import { minute, opened, started } from './events.ts';

const records = chain(EMPTY, [opened, started('a'), opened, started('b')], minute(0));
const [, , , last] = records as [LedgerRecord, LedgerRecord, LedgerRecord, LedgerRecord];
const bytes = Buffer.from(formatLines(records, { isOpen: false }));
const file = { where: 'ci.jsonl', head: revisionOf(last), hint: 'Restore it.' };
const wrong = (what: string): object =>
  expect.objectContaining({
    code: 'STATE_CORRUPT',
    message: `ci.jsonl${what}`,
    hint: 'Restore it.',
  });

/** Where the nth line ends. */
const endOf = (nth: number): number => formatLines(records.slice(0, nth), { isOpen: false }).length;

/** The nth line, without its line feed. */
const line = (nth: number): Buffer => bytes.subarray(endOf(nth - 1), endOf(nth) - 1);

/** The records of a file, read from its first line on. */
function readAll(content: Buffer, from = file): LedgerRecord[] {
  const reader = new LineReader(from);
  const end = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, end).toString().split('\n').slice(0, -1);
  return [
    ...lines.map((text) => reader.next(Buffer.from(text))),
    ...reader.rest(content.subarray(end)),
  ];
}

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

  it('may have no records yet', () => {
    const empty = { records: [], revision: EMPTY, end: 0, isOpen: false };
    expect(readChapter({ ...file, head: undefined }, Buffer.alloc(0))).toEqual(empty);
  });

  it('is read without what is before its last chapter', () => {
    const damaged = Buffer.from(bytes);
    damaged.fill('x', 0, bytes.indexOf('\n'));
    expect(readChapter(file, damaged)).toEqual(readChapter(file, bytes));
  });

  it('may end with a record that lacks its line feed, or with a part of one', () => {
    const open = readChapter(file, bytes.subarray(0, -1));
    expect(open).toEqual({
      records: records.slice(2),
      revision: file.head,
      end: bytes.length - 1,
      isOpen: true,
    });
    const torn = readChapter(file, bytes.subarray(0, -2));
    expect(torn).toMatchObject({ records: [records[2]], end: endOf(3), isOpen: false });
    expect(formatLines([last], { isOpen: true })).toMatch(/^\n\{.*\}\n$/);
  });

  it('may end with a record that does not follow, as a part left from a crash', () => {
    const left = Buffer.from(serialise({ ...last, prev: '0'.repeat(64) }));
    const torn = readChapter(file, Buffer.concat([bytes.subarray(0, endOf(3)), left]));
    expect(torn).toMatchObject({ records: [records[2]], end: endOf(3), isOpen: false });
  });

  it('must have what its head says', () => {
    const short = bytes.subarray(0, endOf(2));
    expect(() => readChapter(file, short)).toThrow(
      wrong(': it ends after record 2, but 4 records were written'),
    );
    const other = { ...file, head: `2:${'0'.repeat(64)}` };
    const reader = new LineReader(other);
    expect(reader.next(line(1))).toEqual(records[0]);
    expect(() => reader.next(line(2))).toThrow(wrong(':2: record 2 was altered'));
  });

  it('may lack the last record that its head says only where a part of it is there', () => {
    const missing = wrong(': it ends after record 3, but 4 records were written');
    for (const end of [endOf(3), endOf(3) - 1]) {
      const short = bytes.subarray(0, end);
      expect(() => readChapter(file, short)).toThrow(missing);
      expect(() => readAll(short)).toThrow(missing);
    }
    expect(readAll(bytes.subarray(0, endOf(3) + 1))).toEqual(records.slice(0, 3));
  });

  it('begins with the first record, unless an earlier chapter is before the last', () => {
    const [, second, third] = records as [LedgerRecord, LedgerRecord, LedgerRecord];
    expect(readChapter(file, bytes.subarray(endOf(1)))).toEqual({
      ...readChapter(file, bytes),
      end: bytes.length - endOf(1),
    });
    for (const rest of [[second], [third, last]])
      expect(() => readChapter(file, Buffer.from(formatLines(rest, { isOpen: false })))).toThrow(
        expect.objectContaining({
          code: 'STATE_CORRUPT',
          message: 'ci.jsonl: record 1 does not follow the previous record',
        }),
      );
  });
});

describe('the file of a ledger, read from its first line on', () => {
  it('has the record after the last line feed too, if that is whole', () => {
    expect(readAll(bytes)).toEqual(records);
    expect(readAll(bytes.subarray(0, -1))).toEqual(records);
    expect(readAll(bytes.subarray(0, -2))).toEqual(records.slice(0, 3));
  });

  it('names the line of a record after the last line feed', () => {
    const altered = { ...file, head: revisionOf({ ...last, at: minute(1) }) };
    expect(() => readAll(bytes.subarray(0, -1), altered)).toThrow(
      wrong(':4: record 4 was altered'),
    );
  });

  it.each([
    [
      'what is not UTF-8',
      (text: string) => Buffer.from(text.replace('label-b', 'label-ÿ'), 'latin1'),
    ],
    ['a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ])('has no record with %s', (_, written) => {
    const one = new LineReader({ ...file, head: undefined });
    for (const nth of [1, 2, 3]) one.next(line(nth));
    expect(() => one.next(written(serialise(last)))).toThrow(
      expect.objectContaining({
        code: 'STATE_CORRUPT',
        message: 'ci.jsonl:4: the line is not valid JSON',
      }),
    );
  });
});

describe('the head of a ledger', () => {
  it('is one line', () => {
    expect(parseHead(`${file.head}\n`)).toBe(file.head);
    for (const torn of [file.head, `x${file.head}\n`, `${file.head}\n\n`, ''])
      expect(parseHead(torn)).toBeUndefined();
  });
});
