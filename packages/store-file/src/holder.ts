import { KeyturnError } from '@keyturn/core';

import { ALLOWANCE } from './heartbeat.ts';
import type { Machine, ProcessState } from './machine.ts';

/** Who holds a lock, as its file says. */
export interface Holder {
  readonly owner: string;
  readonly pid: number;
  /** When the process was started; empty where the system does not tell. */
  readonly start: string;
  readonly host: string;
  readonly instance: string;
  /** ISO 8601, in UTC. */
  readonly since: string;
}

/** A lock file without a readable holder is judged by its heartbeat alone. */
const nobody: Holder = {
  owner: 'somebody',
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
 * What a holder's process tells of it. On this machine one that is gone has lost the lock at once, and one that runs keeps it.
 * A stopped one, one that cannot be told from a later process of its number, and one elsewhere are `unknown`: they keep the lock
 * for as long as they beat.
 */
export function fateOf(
  holder: Holder,
  machine: Machine,
  process: ProcessState,
): 'gone' | 'alive' | 'unknown' {
  if (!isHere(holder, machine)) return 'unknown';
  if (process.state === 'gone') return 'gone';
  const isTold = process.start !== undefined && holder.start !== '';
  if (isTold && process.start !== holder.start) return 'gone';
  return isTold && process.state === 'running' ? 'alive' : 'unknown';
}

/** Whether a holder that only its heartbeat tells of has lost the lock, `silence` milliseconds after the last beat. */
export function isSilent(silence: number, lease: number): boolean {
  return silence > lease + ALLOWANCE;
}

export function isHere(holder: Holder, { host, instance }: Machine): boolean {
  return holder.host === host && holder.instance === instance;
}

/** `ana@laptop (process 4711 on laptop, since 2026-11-24T09:30:00.000Z)`. */
export function describeHolder({ owner, pid, host, since }: Holder): string {
  return `${owner.slice(0, 150)} (process ${pid} on ${host}, since ${since})`;
}

export function busy(
  rotation: string,
  holder: Holder,
  machine: Machine,
  lease: number,
): KeyturnError {
  const { pid } = holder;
  const message = `rotation "${rotation.slice(0, 100)}" is held by ${describeHolder(holder)}`;
  const hint = isHere(holder, machine)
    ? `Wait until that run has ended; if it hangs, end process ${pid}.`
    : `Wait until that run has ended; if its machine is gone, the lock lapses ${Math.ceil((lease + ALLOWANCE) / 1000)} seconds after its last sign of life.`;
  return new KeyturnError('STATE_BUSY', message, { hint, effect: 'none' });
}
