export type { Lock, OpenedLedger, StateStore, StoreReport } from './store.ts';
export type { Revision } from './record.ts';
export { chain, EMPTY, follow, parseRecord, revisionOf, serialise } from './record.ts';
export type { LedgerRecord } from './record.ts';
export type { EventType, RotationEvent } from './event.ts';
export type { IssuerIdentity, SinkPlace } from './place.ts';
export type { Summary } from './state.ts';
export { signedStore } from './signed.ts';
