import type { KeyturnError } from '@keyturn/core';
import { type Holder, isHere, type Machine } from '@keyturn/core/ledger';

import { ALLOWANCE } from './heartbeat.ts';
import { lockHeld } from './messages.ts';

/** Whether a holder without a heartbeat for `silence` milliseconds has lost the lock. */
export function isSilent(silence: number, lease: number): boolean {
  return silence > lease + ALLOWANCE;
}

export function busy(
  rotation: string,
  holder: Holder,
  machine: Machine,
  lease: number,
): KeyturnError {
  const expiry = isHere(holder, machine) ? undefined : Math.ceil((lease + ALLOWANCE) / 1000);
  return lockHeld(rotation, holder, expiry);
}
