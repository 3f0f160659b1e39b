import type { LedgerRecord, Machine, RotationEvent } from '../../src/ledger/index.ts';

export const AT = '2030-01-01T00:00:00.000Z';

export function opened(rotation = 'one'): RotationEvent {
  return { type: 'opened', rotation, summary: { tokens: [], sinks: [], attempts: [] } };
}

export function started(label: string): RotationEvent {
  return { type: 'started', label, reason: 'forced: "é🔑\u2028\\' };
}

export async function collect(records: AsyncIterable<LedgerRecord>): Promise<LedgerRecord[]> {
  const list: LedgerRecord[] = [];
  for await (const record of records) list.push(record);
  return list;
}

export function labelsOf(records: readonly LedgerRecord[]): string[] {
  return records.flatMap(({ event }) => (event.type === 'started' ? [event.label] : []));
}

/** A machine on which processes are as `processes` says; one that is not listed is gone. */
export function fakeMachine(
  pid: number,
  processes: Readonly<Record<number, 'running' | 'stopped'>>,
  host = 'alpha',
): Machine {
  return {
    host,
    instance: `boot of ${host}`,
    pid,
    uid: undefined,
    look: async (number) => {
      const state = processes[number];
      return state === undefined ? { state: 'gone' } : { state, start: `start of ${number}` };
    },
  };
}
