import { createHash } from 'node:crypto';
import process from 'node:process';

import { thisMachine as lookAround } from '@keyturn/core/ledger';

/** Where this process runs, and how it recognizes others. */
export interface Machine {
  readonly host: string;
  /** Identifies machine, boot and container: process ids are only comparable within one. */
  readonly instance: string;
  readonly pid: number;
  readonly start: string;
  /** The start time of a process, which reveals a reused process id. Undefined if it is not running. */
  readonly startOf: (pid: number) => Promise<string | undefined>;
}

let known: Promise<Machine> | undefined;

/** The actual machine; it does not change while the process runs. */
export function thisMachine(): Promise<Machine> {
  known ??= readMachine();
  return known;
}

async function readMachine(): Promise<Machine> {
  const { host, instance, pid, look } = await lookAround();
  const startOf = async (one: number): Promise<string | undefined> => {
    const { state, start = UNKNOWN } = await look(one);
    return state === 'gone' ? undefined : start;
  };
  const whole = createHash('sha256').update(`${host} ${instance}`).digest('hex');
  return {
    host,
    instance: whole.slice(0, 12),
    pid,
    start: (await startOf(pid)) ?? UNKNOWN,
    startOf,
  };
}

/** The start time of a process if the system does not provide it. */
export const UNKNOWN = '0';

/** Whether this process can write files as that user. Windows has no user ids. */
export function mayWriteAs(uid: number): boolean {
  const own = process.geteuid?.();
  return own === undefined || own === 0 || own === uid;
}

/** Whether this process can give files to that group. */
export function mayGiveTo(gid: number): boolean {
  const own = process.geteuid?.();
  if (own === undefined || own === 0) return true;
  return gid === process.getegid?.() || (process.getgroups?.() ?? []).includes(gid);
}
