import { KeyturnError, reveal } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { type Change, mutant } from './sink-mutant.ts';

/** Sends a write again if its answer was lost. */
function repeating(ask: boolean, admit: boolean): Change {
  return ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(entries, o).catch(async (error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'NETWORK_FAILED') throw error;
        const receipt = await sink.deliver(entries, ask ? o : { signal: o.signal });
        if (admit) throw error;
        return receipt;
      }),
  });
}

/** Sinks whose deliveries are not what they seem. */
export const wholeMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant(
    'in-place',
    'deletes, then creates',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        const replaced = entries.filter(({ name }) => sink.values.has(name));
        const names = replaced.map(({ name }) => name);
        // Asked for once with the rest, so that nothing else is wrong with it.
        if (names.length === 2) await sink.remove?.(names, { signal: o.signal });
        return sink.deliver(entries, o);
      },
    }),
    { alsoFails: ['asks-each-request', 'asks-first', 'metadata', 'stops'] },
  ),
  mutant(
    'in-place',
    'deletes, asked for, then creates',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        for (const entry of entries) {
          if (sink.values.has(entry.name)) await sink.remove?.([entry.name], o);
        }
        return sink.deliver(entries, o);
      },
    }),
    { alsoFails: ['half-done', 'metadata', 'stops', 'values'] },
  ),
  mutant('atomic', 'calls two writes atomic', ({ sink }) => ({
    supports: { ...sink.supports, atomic: true },
  })),
  mutant(
    'atomic',
    'calls a file atomic that it writes line by line',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        const isUpdate = entries.length === 2 && entries.every(({ name }) => sink.values.has(name));
        if (!isUpdate) return sink.deliver(entries, o);
        await o.beforeWrite?.();
        for (const { name, value } of entries.slice(0, 1)) sink.write(name, reveal(value));
        return sink.deliver(entries, { signal: o.signal });
      },
    }),
    { atomic: true, alsoFails: ['asks-first'] },
  ),
  mutant(
    'half-done',
    'calls the refusal of the second of two writes one without effect',
    ({ sink }) => ({
      deliver: (entries, o) =>
        sink.deliver(entries, o).catch((error: unknown) => {
          if (!KeyturnError.is(error) || error.code !== 'AUTH_DENIED') throw error;
          throw new KeyturnError(error.code, error.message, { effect: 'none' });
        }),
    }),
  ),
  mutant('repeats-nothing', 'sends a lost write again', repeating(false, false), {
    without: ['requests'],
  }),
  mutant('repeats-nothing', 'asks, and sends a lost write again', repeating(true, false), {
    without: ['requests'],
  }),
  mutant(
    'repeats-nothing',
    'sends a lost write again, and says that it was lost',
    repeating(true, true),
  ),
];
