import { KeyturnError } from '../contracts/errors.ts';
import type { CallOptions } from '../contracts/runtime.ts';
import { historyImpossible, ledgerMismatch } from '../messages.ts';
import { applyRecords } from './apply.ts';
import type { LedgerRecord } from './record.ts';
import { emptyState, type RotationState } from './state.ts';
import type { StateStore } from './store.ts';

/** The state of a rotation as its ledger tells it, without the right to change it. */
export async function readState(
  store: StateStore,
  rotation: string,
  options?: CallOptions,
): Promise<RotationState> {
  const { records } = await store.open(rotation, options);
  return stateOf(rotation, records);
}

/** The state that records come to. @throws {KeyturnError} for the records of another rotation */
export function stateOf(rotation: string, records: readonly LedgerRecord[]): RotationState {
  const state = believed(rotation, records);
  if (records.length === 0 || state.rotation === rotation) return state;
  throw ledgerMismatch(rotation, state.rotation);
}

/** What cannot have happened in this order was not written by keyturn. */
function believed(rotation: string, records: readonly LedgerRecord[]): RotationState {
  try {
    return applyRecords(emptyState, records);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw historyImpossible(rotation, error.message);
  }
}
