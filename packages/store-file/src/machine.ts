import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';

/** What is known of a process by its number. */
export interface ProcessState {
  /** `stopped` by SIGSTOP or a debugger. A zombie is `gone`: it runs no more. */
  readonly state: 'running' | 'stopped' | 'gone';
  /** When it was started, as the system counts; undefined where it does not tell. Tells a reused number apart. */
  readonly start?: string;
}

/** The machine and the process that the store runs in. */
export interface Machine {
  readonly host: string;
  /** Tells machines, boots and containers of one host name apart; empty where there is no /proc. */
  readonly instance: string;
  readonly pid: number;
  /** Undefined where there are no user numbers (Windows). */
  readonly uid: number | undefined;
  readonly look: (pid: number) => Promise<ProcessState>;
}

/** The real one. Process numbers mean something only within one boot and one process namespace. */
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

/** docs: proc_pid_stat(5). The second field, the command, may hold spaces and brackets. */
export function parseStat(stat: string): ProcessState {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [letter = ''] = fields;
  const start = fields[19];
  return {
    state: 'ZXx'.includes(letter) ? 'gone' : 'Tt'.includes(letter) ? 'stopped' : 'running',
    ...(start !== undefined && { start }),
  };
}

/** A signal that is not permitted reached a process too. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
