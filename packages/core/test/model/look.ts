import { holders } from '../../src/index.ts';
import type { ModelState, Process, Rest, Settings } from './world.ts';
import type { Memory } from '../../src/index.ts';

/** What a sink shows of itself decides what its late writes did. */
export function look(
  state: ModelState,
  process: Process,
  sink: string,
  others: readonly string[],
  settings: Settings,
  to: (after: Rest | undefined, memory?: Partial<Memory>) => ModelState,
): ModelState[] {
  const goesOn: Rest = { line: 'look', sinks: others };
  const record = state.ledger.sinks.get(sink);
  const real = state.world.sinks.find(({ id }) => id === sink);
  if (record === undefined || real === undefined) return [to(goesOn)];
  const candidates = [...holders(record)];
  const [delivered] = record.base.length === 1 ? record.base : [];
  const settled = (token: string): ModelState =>
    to({ line: 'append', events: [{ type: 'settled', sink, token }], goesOn });
  if (settings.readBack === 'id' && candidates.includes(real.holds)) return [settled(real.holds)];
  if (settings.readBack === 'timestamp' && delivered !== undefined && record.receipt !== undefined)
    return [
      record.receipt.at === `v${real.version}`
        ? settled(delivered)
        : to({ line: 'append', events: [{ type: 'drifted', sink, holds: candidates }], goesOn }),
    ];
  const { hand } = process.memory;
  if (hand !== undefined && hand === state.ledger.current)
    return [to({ line: 'announce', token: hand, sinks: [sink] })];
  return [to(goesOn, { unreadableSinks: new Set([...process.memory.unreadableSinks, sink]) })];
}
