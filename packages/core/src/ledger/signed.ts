import { createHmac, timingSafeEqual } from 'node:crypto';

import { reveal, type Secret } from '../contracts/secret.ts';
import type { StateStore } from './store.ts';
import { keyMissing, ledgerUnsigned, signatureInvalid } from '../messages.ts';
import { serialise, type LedgerRecord } from './record.ts';

/**
 * A store whose records are signed: each carries a code of its whole text, the hash of the record before and the rotation's name.
 * Who has no key can still put an older state of a ledger in its place, or remove it.
 *
 * Its ledgers are read only if every record since the last chapter began is signed; what was written before is only history.
 *
 * @throws {KeyturnError} `STATE_CORRUPT` from `open` and `history`, for a record that is not signed with this key
 */
export function signedStore(store: StateStore, key: Secret): StateStore {
  const code = codeWith(reveal(key));
  const sign = (rotation: string, record: LedgerRecord): LedgerRecord => ({
    ...record,
    mac: code(rotation, record),
  });
  const check = (rotation: string, { mac, ...record }: LedgerRecord): void => {
    if (mac === undefined) throw ledgerUnsigned(rotation);
    if (!isEqual(mac, code(rotation, record))) throw signatureInvalid(rotation, record.seq);
  };
  return {
    ...store,
    trusted: true,
    sign,
    async open(rotation, options) {
      const ledger = await store.open(rotation, options);
      for (const record of ledger.records) check(rotation, record);
      return ledger;
    },
    async *history(rotation, options) {
      let isSigned = false;
      for await (const record of store.history(rotation, options)) {
        isSigned ||= record.mac !== undefined;
        if (isSigned) check(rotation, record);
        yield record;
      }
    },
  };
}

/**
 * Records of a ledger that is signed are followed by such alone: one without would end every run that has the key.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseSigned(rotation: string, records: readonly LedgerRecord[]): void {
  if (records.at(-1)?.mac === undefined) return;
  throw keyMissing(rotation);
}

function codeWith(key: string): (rotation: string, record: LedgerRecord) => string {
  return (rotation, record) =>
    createHmac('sha256', key)
      .update(`keyturn ledger\n${rotation}\n${serialise(record)}`)
      .digest('base64url');
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
