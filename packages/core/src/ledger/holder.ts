import type { Clock } from '../contracts/runtime.ts';
import type { Machine, ProcessState } from './machine.ts';

/** The holder of a lock, as a store keeps it beside the lock. Contains nothing secret. */
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

/** For a lock without a readable holder: only its lease counts. */
const nobody: Holder = {
  owner: 'an unknown user',
  pid: 0,
  start: '',
  host: '?',
  instance: '?',
  since: '?',
};

/** This process as the holder of a lock. */
export async function holderOf(machine: Machine, owner: string, clock: Clock): Promise<Holder> {
  const { host, instance, pid } = machine;
  const { start = '' } = await machine.look(pid);
  const since = new Date(clock.now()).toISOString();
  return { owner: owner.slice(0, 500), pid, start, host, instance, since };
}

/** Reads a holder from JSON; one that is unknown if the text is not a holder. */
export function parseHolder(text: string): Holder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What is not JSON is no holder either.
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
 * for one elsewhere: those keep the lock while their lease lasts.
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

/** Whether a holder's process is, or was, one of this machine since its last start. */
export function isHere(holder: Holder, { host, instance }: Machine): boolean {
  return holder.host === host && holder.instance === instance;
}

/** `ana@laptop (process 4711 on laptop, since 2026-11-24T09:30:00.000Z)`. */
export function describeHolder({ owner, pid, host, since }: Holder): string {
  return `${owner.slice(0, 150)} (process ${pid} on ${host}, since ${since})`;
}
