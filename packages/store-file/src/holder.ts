import type { KeyturnError } from '@keyturn/core';

import { ALLOWANCE } from './heartbeat.ts';
import type { Machine, ProcessState } from './machine.ts';
import { lockHeld, UNKNOWN_OWNER } from './messages.ts';

/** The holder of a lock, from its lock file. */
export interface Holder {
  readonly owner: string;
  readonly pid: number;
  /** The start time of the process; empty if the system does not provide it. */
  readonly start: string;
  readonly host: string;
  readonly instance: string;
  /** ISO 8601, in UTC. */
  readonly since: string;
}

/** For a lock file without a readable holder: only its heartbeat counts. */
const nobody: Holder = {
  owner: UNKNOWN_OWNER,
  pid: 0,
  start: '',
  host: '?',
  instance: '?',
  since: '?',
};

export function parseHolder(text: string): Holder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return nobody;
  }
  if (typeof value !== 'object' || value === null) return nobody;
  const { owner, pid, start, host, instance, since } = value as Partial<Record<string, unknown>>;
  const texts = [owner, start, host, instance, since];
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return nobody;
  if (!texts.every((field) => typeof field === 'string')) return nobody;
  return { owner, pid, start, host, instance, since } as Holder;
}

/**
 * Whether a holder is alive, as far as its process shows. On this machine, a holder whose process is gone loses the lock at once, and
 * one whose process runs keeps it. It is `unknown` for a stopped process, for one that might be a later process with the same id, and
 * for one elsewhere: those keep the lock while their heartbeat continues.
 */
export function livenessOf(
  holder: Holder,
  machine: Machine,
  process: ProcessState,
): 'gone' | 'alive' | 'unknown' {
  if (!isHere(holder, machine)) return 'unknown';
  if (process.state === 'gone') return 'gone';
  const isComparable = process.start !== undefined && holder.start !== '';
  if (isComparable && process.start !== holder.start) return 'gone';
  return isComparable && process.state === 'running' ? 'alive' : 'unknown';
}

/** Whether a holder without a heartbeat for `silence` milliseconds has lost the lock. */
export function isSilent(silence: number, lease: number): boolean {
  return silence > lease + ALLOWANCE;
}

export function isHere(holder: Holder, { host, instance }: Machine): boolean {
  return holder.host === host && holder.instance === instance;
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
