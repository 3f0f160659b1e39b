import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';

import { hasCode } from '@keyturn/core';

/** Where this process runs, and how it recognizes others. */
export interface Machine {
  readonly host: string;
  /** Identifies machine, boot and container: process ids are only comparable within one. */
  readonly instance: string;
  readonly pid: number;
  /** As {@link startOf} returns it. */
  readonly start: string;
  readonly startOf: (pid: number) => Promise<string | undefined>;
}

let known: Promise<Machine> | undefined;

/** The actual machine; it does not change while the process runs. */
export function thisMachine(): Promise<Machine> {
  known ??= readMachine();
  return known;
}

async function readMachine(): Promise<Machine> {
  const [boot, namespace, start] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    startOf(process.pid),
  ]);
  const instance = createHash('sha256').update(`${hostname()} ${boot.trim()} ${namespace}`);
  return {
    host: hostname(),
    instance: instance.digest('hex').slice(0, 12),
    pid: process.pid,
    start: start ?? UNKNOWN,
    startOf,
  };
}

/** The start time of a process if the system does not provide it. */
export const UNKNOWN = '0';

/** The start time of a process in the system's units, which reveals a reused process id. Undefined if it is not running. */
async function startOf(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' ? UNKNOWN : parseStart(stat);
}

/** docs: proc_pid_stat(5). The second field, the command, may contain spaces and brackets. A zombie is not running. */
export function parseStart(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return /^[ZXx]/.test(state) ? undefined : (fields[19] ?? UNKNOWN);
}

/** If the signal is not permitted, the process exists. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

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
