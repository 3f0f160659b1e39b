import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';

/** What is known about a process by its id. */
export interface ProcessState {
  /** `stopped` by SIGSTOP or a debugger. A zombie is `gone`: it is not running. */
  readonly state: 'running' | 'stopped' | 'gone';
  /** Its start time in the system's units, which reveals a reused process id; undefined if the system does not provide it. */
  readonly start?: string;
}

/** This machine and this process. */
export interface Machine {
  readonly host: string;
  /** Distinguishes machines, boots and containers with the same host name; empty without /proc. */
  readonly instance: string;
  readonly pid: number;
  /** Undefined on systems without user ids (Windows). */
  readonly uid: number | undefined;
  readonly look: (pid: number) => Promise<ProcessState>;
}

/** The actual machine. Process ids are only comparable within one boot and one process namespace. */
export async function thisMachine(): Promise<Machine> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return {
    host: hostname(),
    instance: `${boot.trim()} ${namespace}`.trim(),
    pid: process.pid,
    uid: process.getuid?.(),
    look,
  };
}

async function look(pid: number): Promise<ProcessState> {
  if (!exists(pid)) return { state: 'gone' };
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? { state: 'running' } : parseStat(stat);
}

/** docs: proc_pid_stat(5). The second field, the command, may contain spaces and brackets. */
export function parseStat(stat: string): ProcessState {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [letter = ''] = fields;
  const start = fields[19];
  return {
    state: 'ZXx'.includes(letter) ? 'gone' : 'Tt'.includes(letter) ? 'stopped' : 'running',
    ...(start !== undefined && { start }),
  };
}

/** If the signal is not permitted, the process exists. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
