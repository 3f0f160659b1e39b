import type { Clock } from '@keyturn/core';
import { type Holder, parseHolder } from '@keyturn/core/ledger';

/** Who holds the lock of a rotation, as a file on the branch. */
export interface LockFile {
  readonly holder: Holder;
  /** Unique for each lock: whoever finds another one has lost the lock. */
  readonly nonce: string;
  /** The number of pushes of the holder: a sign of life that needs no clock. */
  readonly count: number;
  /** Milliseconds. */
  readonly lease: number;
  /** The holder's clock at the last push, ISO 8601: only a hint for others. */
  readonly renewed: string;
}

const LONGEST_LEASE = 3_600_000;

export function serialiseLock({ holder, ...lock }: LockFile): Buffer {
  return Buffer.from(`${JSON.stringify({ ...holder, ...lock })}\n`);
}

/** A lock that cannot be read is held by somebody unknown: only watching it shows whether it is abandoned. */
export function parseLock(content: Buffer, lease: number): LockFile {
  const text = content.toString();
  const holder = parseHolder(text);
  const unknown: LockFile = { holder, nonce: '', count: 0, lease, renewed: '' };
  try {
    const value = JSON.parse(text) as Partial<Record<keyof LockFile, unknown>>;
    return {
      holder,
      nonce: typeof value.nonce === 'string' ? value.nonce : '',
      count: Number.isSafeInteger(value.count) ? Number(value.count) : 0,
      lease: isLease(value.lease) ? value.lease : lease,
      renewed: typeof value.renewed === 'string' ? value.renewed : '',
    };
  } catch {
    return unknown;
  }
}

function isLease(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= LONGEST_LEASE;
}

/**
 * Whether the lease seems to last, by the holder's stamp and the clock of this machine. Two clocks: it only decides whether to wait.
 * A stamp from the future is of a wrong clock.
 */
export function seemsCurrent({ renewed, lease }: LockFile, clock: Clock): boolean {
  const left = Date.parse(renewed) + lease - clock.now();
  return left > 0 && left <= lease;
}
