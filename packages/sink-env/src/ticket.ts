import { type Machine, UNKNOWN } from './process.ts';

/** Stands for one process that holds a lock once; it is the name of a folder, and never used twice. */
export interface Ticket {
  readonly name: string;
  readonly pid: number;
  readonly start: string;
  readonly instance: string;
  readonly host: string;
}

const TICKET = /^(\d{1,10})-(\d{1,20})-([\da-f]{12})-[\da-f]{16}-([\w.-]{0,63})$/;

export function ticketName({ pid, start, instance, host }: Machine, unique: string): string {
  return `${pid}-${start}-${instance}-${unique}-${host.replaceAll(/[^\w.-]/g, '_').slice(0, 63)}`;
}

export function parseTicket(name: string): Ticket | undefined {
  const [, pid, start = '', instance = '', host = ''] = TICKET.exec(name) ?? [];
  return pid === undefined ? undefined : { name, pid: Number(pid), start, instance, host };
}

/** `elsewhere`: on another machine, before its last start or in another container, so that its process cannot be looked up. */
export type Judgement = 'alive' | 'dead' | 'elsewhere';

/** The names of this process's own tickets, until it has left. */
export const inUse = new Set<string>();

export async function judge(ticket: Ticket, machine: Machine): Promise<Judgement> {
  if (ticket.instance !== machine.instance) return 'elsewhere';
  if (ticket.pid === machine.pid && ticket.start === machine.start)
    return inUse.has(ticket.name) ? 'alive' : 'dead';
  const start = await machine.startOf(ticket.pid);
  if (start === undefined) return 'dead';
  const isTold = start !== UNKNOWN && ticket.start !== UNKNOWN;
  return isTold && start !== ticket.start ? 'dead' : 'alive';
}
