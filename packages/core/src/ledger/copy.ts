import type { CallOptions } from '../contracts/runtime.ts';
import { ledgerAbsent, otherHistory, sameLedger } from '../messages.ts';
import { EMPTY, follow, type LedgerRecord, type Revision, revisionOf } from './record.ts';
import type { Lock, StateStore } from './store.ts';

/** `unchanged`: the target had every record already; `newer`: and others after them. */
export interface Copied {
  readonly outcome: 'copied' | 'unchanged' | 'newer';
  /** How many records were copied. */
  readonly records: number;
}

/** How many records are appended at once. */
const BATCH = 500;

/**
 * Copies a ledger from one store to another, record by record, so that its chain of hashes and its signatures stay as they are. Both
 * ledgers are locked meanwhile. Safe to repeat: what is in the target is compared, and only what is missing is added.
 *
 * @param owner who copies: `ci@runner-7`
 * @throws {KeyturnError} `STATE_CORRUPT` for a broken chain, `STATE_CONFLICT` if the target has another history, `USAGE_INVALID` if
 * there is no such ledger or both stores are one, and what the stores fail with
 */
export async function copyLedger(
  rotation: string,
  from: StateStore,
  to: StateStore,
  owner: string,
  options?: CallOptions,
): Promise<Copied> {
  const source = await from.lock(rotation, owner, options);
  try {
    const target = await to.lock(rotation, owner, options).catch(async (error: unknown) => {
      throw (await haveOneHolder(rotation, from, to)) ? sameLedger(rotation) : error;
    });
    try {
      return await copyInto(rotation, from, to, target, options);
    } finally {
      await target.release();
    }
  } finally {
    await source.release();
  }
}

/** Whoever copies holds the lock in the source; if the target shows the same holder, both are one store, however each is spelt. */
async function haveOneHolder(rotation: string, from: StateStore, to: StateStore): Promise<boolean> {
  const holder = await from.holder?.(rotation);
  return holder !== undefined && holder === (await to.holder?.(rotation));
}

async function copyInto(
  rotation: string,
  from: StateStore,
  to: StateStore,
  target: Lock,
  options: CallOptions | undefined,
): Promise<Copied> {
  const there = to.history(rotation, options)[Symbol.asyncIterator]();
  let [revision, end]: [Revision, Revision] = [EMPTY, EMPTY];
  let missing: LedgerRecord[] = [];
  let records = 0;
  const add = async (): Promise<void> => {
    if (missing.length === 0) return;
    end = await target.append(missing, end, options);
    records += missing.length;
    missing = [];
  };
  for await (const record of from.history(rotation, options)) {
    revision = follow(revision, record, `the ledger of ${rotation}`);
    const known = await there.next();
    if (known.done !== true) {
      if (revisionOf(known.value) !== revision) throw otherHistory(rotation, record.seq);
      end = revision;
      continue;
    }
    missing.push(record);
    if (missing.length >= BATCH) await add();
  }
  if (revision === EMPTY) throw ledgerAbsent(rotation);
  await add();
  if (records > 0) return { outcome: 'copied', records };
  return { outcome: (await there.next()).done === true ? 'unchanged' : 'newer', records: 0 };
}
