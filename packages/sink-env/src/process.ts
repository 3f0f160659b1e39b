import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';

import { hasCode } from './failure.ts';

/** Where this process runs, and how it tells others apart. */
export interface Machine {
  readonly host: string;
  /** Tells machines, boots and containers apart: the numbers of processes mean something only within one. */
  readonly instance: string;
  readonly pid: number;
  /** As {@link startOf} has it. */
  readonly start: string;
  readonly startOf: (pid: number) => Promise<string | undefined>;
}

let known: Promise<Machine> | undefined;

/** The real one; it stays the same for as long as the process runs. */
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

/** When a process was started, if the system does not tell. */
export const UNKNOWN = '0';

/** When a process was started, as the system counts: that tells a reused number apart. Undefined if it runs no more. */
async function startOf(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' ? UNKNOWN : parseStart(stat);
}

/** docs: proc_pid_stat(5). The second field, the command, may hold spaces and brackets. A zombie runs no more. */
export function parseStart(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return /^[ZXx]/.test(state) ? undefined : (fields[19] ?? UNKNOWN);
}

/** A signal that is not permitted reached a process too. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Whether files of this user can be written as theirs. Windows has no user numbers. */
export function mayWriteAs(uid: number): boolean {
  const own = process.geteuid?.();
  return own === undefined || own === 0 || own === uid;
}

/** Whether this user may give files to that group. */
export function mayGiveTo(gid: number): boolean {
  const own = process.geteuid?.();
  if (own === undefined || own === 0) return true;
  return gid === process.getegid?.() || (process.getgroups?.() ?? []).includes(gid);
}
