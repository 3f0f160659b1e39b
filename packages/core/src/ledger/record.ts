import { createHash } from 'node:crypto';

import {
  eventInvalid,
  eventUnknown,
  lineAltered,
  lineNotJson,
  lineNotRecord,
  recordMisplaced,
} from '../messages.ts';
import type { RotationEvent } from './event.ts';
import { shapeOf } from './shape.ts';

/**
 * The end of a ledger: the number and hash of its last record, or `0:` if it is empty. Writers pass the revision that they
 * append to, so that no records are lost.
 */
export type Revision = string;

/** An event as it is kept: numbered, dated and chained to the one before by its hash. */
export interface LedgerRecord {
  readonly seq: number;
  /** SHA-256 of the record before, as {@link serialise} wrote it; empty for the first. */
  readonly prev: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** Which machine's clock that is, as a short hash of its name. Absent in ledgers of before. */
  readonly by?: string;
  readonly event: RotationEvent;
  /** Proves who wrote it, in ledgers that are signed: HMAC-SHA-256 in base64url. */
  readonly mac?: string;
}

/** The revision of a ledger without records. */
export const EMPTY: Revision = '0:';

/** One line of JSON. Parsing and serialising it again gives the same text, so that hashes hold. */
export function serialise(record: LedgerRecord): string {
  return JSON.stringify(record);
}

/** The revision of a ledger that ends with this record. */
export function revisionOf(record: LedgerRecord): Revision {
  return `${record.seq}:${createHash('sha256').update(serialise(record)).digest('hex')}`;
}

/** The revision that a record follows. */
export function revisionBefore({ seq, prev }: LedgerRecord): Revision {
  return `${seq - 1}:${prev}`;
}

/** Chains events onto a revision, all dated `at` by the clock `by`, and signed by `sign`. */
export function chain(
  revision: Revision,
  events: readonly RotationEvent[],
  at: string,
  by?: string,
  sign: (record: LedgerRecord) => LedgerRecord = (record) => record,
): LedgerRecord[] {
  let last = revision;
  return events.map((event) => {
    const { seq, hash } = splitRevision(last);
    const record = sign({
      seq: seq + 1,
      prev: hash,
      at,
      ...(by !== undefined && { by }),
      event,
    });
    last = revisionOf(record);
    return record;
  });
}

/**
 * Checks that `record` follows `revision`; returns the revision after it.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`, saying where
 */
export function follow(revision: Revision, record: LedgerRecord, where: string): Revision {
  const { seq, hash } = splitRevision(revision);
  if (record.seq !== seq + 1 || record.prev !== hash) throw recordMisplaced(where, seq + 1);
  return revisionOf(record);
}

/**
 * Reads one line of a ledger.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`, saying where
 */
export function parseRecord(line: string, where: string): LedgerRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw lineNotJson(where);
  }
  if (!isRecord(value)) throw lineNotRecord(where);
  const shape = shapeOf(value.event);
  if (shape === 'wrong') throw eventInvalid(where, value.event.type);
  if (shape === 'unknown') throw eventUnknown(where, (value.event as { type: string }).type);
  if (serialise(value) !== line) throw lineAltered(where);
  return value;
}

function isRecord(value: unknown): value is LedgerRecord {
  const { seq, prev, at, by = '', event, mac = '' } = (value ?? {}) as Record<string, unknown>;
  return (
    Number.isSafeInteger(seq) &&
    typeof prev === 'string' &&
    typeof at === 'string' &&
    typeof by === 'string' &&
    typeof mac === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    typeof (event as { type?: unknown } | null | undefined)?.type === 'string'
  );
}

export function splitRevision(revision: Revision): { seq: number; hash: string } {
  const at = revision.indexOf(':');
  return { seq: Number(revision.slice(0, at)), hash: revision.slice(at + 1) };
}

/** Whether records, as text, may mention a token: its id stands there as a whole. */
export function mentions(text: string, token: string): boolean {
  return text.includes(JSON.stringify(token));
}
