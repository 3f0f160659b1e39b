/**
 * The ledger, for stores. Changes only in a major version.
 *
 * @module @keyturn/core/ledger
 * @public
 */
export type { AppendOptions, Lock, OpenedLedger, StateStore, StoreReport } from './store.ts';
export type { Revision } from './record.ts';
export {
  chain,
  EMPTY,
  follow,
  mentions,
  parseRecord,
  revisionBefore,
  revisionOf,
  serialise,
} from './record.ts';
export type { LedgerRecord } from './record.ts';
export { formatLines, LineReader, parseHead, readChapter } from './lines.ts';
export type { Chapter, LedgerFile } from './lines.ts';
export type { EventType, RotationEvent } from './event.ts';
export type { IssuerIdentity, SinkPlace } from './place.ts';
export type { Summary } from './state.ts';
export { copyLedger } from './copy.ts';
export type { Copied } from './copy.ts';
export { decodeName, encodeName, isShortened } from './names.ts';
export { signedStore } from './signed.ts';
export { describeHolder, holderOf, isHere, livenessOf, parseHolder } from './holder.ts';
export type { Holder } from './holder.ts';
export { ledgerChanged, lockContended, lockReleased, lockRemoved, lockTaken } from '../messages.ts';
export { thisMachine } from './machine.ts';
export type { Machine, ProcessState } from './machine.ts';
