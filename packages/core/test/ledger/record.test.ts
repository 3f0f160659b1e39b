import { describe, expect, it } from 'vitest';

import {
  chain,
  EMPTY,
  follow,
  parseRecord,
  revisionOf,
  serialise,
  type LedgerRecord,
  type RotationEvent,
} from '../../src/ledger/index.ts';

const at = '2026-11-24T00:00:00.000Z';
const events: RotationEvent[] = [
  { type: 'started', label: 'a', reason: 'age' },
  { type: 'declined', label: 'a', code: 'AUTH_DENIED' },
  { type: 'started', label: 'b', reason: 'age' },
];

function verify(records: readonly LedgerRecord[]): string {
  return records.reduce((revision, record, i) => follow(revision, record, `record ${i}`), EMPTY);
}

describe('the chain of records', () => {
  const records = chain(EMPTY, events, at);
  const last = revisionOf(records[2] as LedgerRecord);

  it('ends with a revision that the next records build on', () => {
    expect(verify(records)).toBe(last);
    expect(verify([...records, ...chain(last, events, at)])).toMatch(/^6:[0-9a-f]{64}$/);
  });

  it('survives being written and read', () => {
    expect(verify(records.map((record) => parseRecord(serialise(record), 'here')))).toBe(last);
  });

  it.each([
    [
      'one was changed',
      records.map((record, i) =>
        i === 1 ? { ...record, at: '2026-11-25T00:00:00.000Z' } : record,
      ),
    ],
    ['one is missing', [records[0], records[2]]],
    ['two changed places', [records[1], records[0], records[2]]],
    ['one stands twice', [records[0], records[0], records[1]]],
    ['the first is missing', records.slice(1)],
  ])('breaks where %s, and says where', (_, altered) => {
    expect(() => verify(altered as LedgerRecord[])).toThrow(
      expect.objectContaining({
        code: 'STATE_CORRUPT',
        message: expect.stringMatching(/record \d/),
      }),
    );
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '1',
    '"text"',
    '{"seq":1}',
    ...[
      { seq: '1' },
      { seq: 0.5 },
      { prev: 0 },
      { at: 2026 },
      { at: 'yesterday' },
      { by: 1 },
      { mac: 1 },
    ].map((wrong) => JSON.stringify({ ...records[0], ...wrong })),
    ...[null, 1, 'text', [], {}, { type: 1 }].map((event) =>
      JSON.stringify({ ...records[0], event }),
    ),
    '{"seq":1,"prev":"","at":"yesterday","event":{"type":"x"}}',
    ' ' + serialise(records[0] as LedgerRecord),
    '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"revoked"}}',
    '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"sending","token":"a","sink":null}}',
    '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"issued","label":"l","token":{"id":7}}}',
    '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"opened","rotation":"ci","summary":{"tokens":[],"sinks":[{}],"attempts":[]}}}',
    '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"constructor"}}',
  ])('refuses the line %j', (line) => {
    expect(() => parseRecord(line, 'ledger:7')).toThrow(
      expect.objectContaining({
        code: 'STATE_CORRUPT',
        message: expect.stringContaining('ledger:7'),
      }),
    );
  });

  it('says of an event that it does not know that a newer version may have written it', () => {
    const line = '{"seq":1,"prev":"","at":"2026-11-24T09:00:00Z","event":{"type":"teleported"}}';
    expect(() => parseRecord(line, 'ledger:7')).toThrow(
      expect.objectContaining({
        code: 'STATE_CORRUPT',
        hint: expect.stringContaining('newer version'),
      }),
    );
  });
});
