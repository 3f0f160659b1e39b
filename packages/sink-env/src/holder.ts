import { type Machine, UNKNOWN } from './process.ts';

/** One holder of a lock. Its `name` is the name of a folder, and never used twice. */
export interface Holder {
  readonly name: string;
  readonly pid: number;
  readonly start: string;
  readonly instance: string;
  readonly host: string;
}

const HOLDER = /^(\d{1,10})-(\d{1,20})-([\da-f]{12})-[\da-f]{16}-([\w.-]{0,63})$/;

export function holderName({ pid, start, instance, host }: Machine, unique: string): string {
  return `${pid}-${start}-${instance}-${unique}-${host.replaceAll(/[^\w.-]/g, '_').slice(0, 63)}`;
}

export function parseHolder(name: string): Holder | undefined {
  const [, pid, start = '', instance = '', host = ''] = HOLDER.exec(name) ?? [];
  return pid === undefined ? undefined : { name, pid: Number(pid), start, instance, host };
}

/** `elsewhere`: on another machine, in another container or from before a reboot, so its process cannot be looked up. */
export type Judgement = 'alive' | 'dead' | 'elsewhere';

/** The names under which this process holds locks, until it releases them. */
export const inUse = new Set<string>();

export async function judge(holder: Holder, machine: Machine): Promise<Judgement> {
  if (holder.instance !== machine.instance) return 'elsewhere';
  if (holder.pid === machine.pid && holder.start === machine.start)
    return inUse.has(holder.name) ? 'alive' : 'dead';
  const start = await machine.startOf(holder.pid);
  if (start === undefined) return 'dead';
  const isComparable = start !== UNKNOWN && holder.start !== UNKNOWN;
  return isComparable && start !== holder.start ? 'dead' : 'alive';
}
