import { otherSlot, slotName, type SecretSink } from '../../src/index.ts';
import type { MemorySink } from '../../src/testing/memory/sink.ts';

export const SLOT = 'TOKEN_SLOT';

export const liveOf = (sink: MemorySink): 'A' | 'B' => (sink.values.get(SLOT) === 'A' ? 'A' : 'B');

/** A memory sink that knows the layout: its variable is an entry like any other. */
export function slotted(sink: MemorySink): SecretSink {
  const inSlots = (variable: string): SecretSink => ({
    specVersion: 1,
    kind: sink.kind,
    id: sink.id,
    supports: { ...sink.supports, atomic: true },
    limits: sink.limits,
    check: (wanted, o) => sink.check(wanted, o),
    async deliver(entries, o) {
      const idle = otherSlot(liveOf(sink));
      await sink.deliver(
        entries.map(({ name, value }) => ({ name: slotName(name, idle), value })),
        o,
      );
      return sink.deliver([{ name: variable, value: idle }], o);
    },
    confirm: (expected, receipt, o) =>
      sink.confirm(
        [
          ...expected.map(({ name }) => ({ name: slotName(name, liveOf(sink)) })),
          { name: variable },
        ],
        receipt,
        o,
      ),
  });
  return { ...inSlots(SLOT), supports: sink.supports, slots: inSlots };
}
