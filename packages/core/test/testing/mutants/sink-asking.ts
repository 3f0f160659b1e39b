import { KeyturnError } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { mutant } from './sink-mutant.ts';

const both = { alsoFails: ['asks-each-request', 'stops'] } as const;

/** Sinks that write without asking, or go on. */
export const askingMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant(
    'asks-first',
    'does not ask before it delivers',
    ({ sink }) => ({ deliver: (entries, { signal }) => sink.deliver(entries, { signal }) }),
    { alsoFails: ['asks-each-request'] },
  ),
  mutant(
    'asks-first',
    'does not ask before it removes',
    ({ sink }) => ({ remove: async (names, { signal }) => sink.remove?.(names, { signal }) }),
    { alsoFails: ['asks-each-request'] },
  ),
  mutant(
    'asks-first',
    'asks once for both writes',
    ({ sink }) => ({
      deliver: async (entries, { signal, beforeWrite }) => {
        await beforeWrite?.();
        return sink.deliver(entries, { signal });
      },
    }),
    { alsoFails: ['asks-each-request'] },
  ),
  mutant(
    'asks-first',
    'asks when it has written',
    ({ sink }) => ({
      deliver: async (entries, { signal, beforeWrite }) => {
        const receipt = await sink.deliver(entries, { signal });
        for (const _ of entries) await beforeWrite?.();
        return receipt;
      },
    }),
    both,
  ),
  mutant(
    'asks-first',
    'does not wait for the answer',
    ({ sink }) => ({
      deliver: async (entries, { signal, beforeWrite }) => {
        const asking = entries.map(async () => beforeWrite?.());
        const receipt = await sink.deliver(entries, { signal });
        await Promise.all(asking);
        return receipt;
      },
    }),
    { base: 'stamp', ...both },
  ),
  mutant(
    'asks-each-request',
    'writes something unseen without asking',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        await sink.remove?.([], { signal: o.signal });
        return sink.deliver(entries, o);
      },
    }),
    // What was sent before it lost its lock was sent.
    { atomic: true },
  ),
  mutant('stops', 'loses the error of beforeWrite', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(entries, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') throw error;
        const { effect, message } = error;
        throw new KeyturnError('REMOTE_FAILED', message, { effect });
      }),
  })),
  mutant('stops', 'succeeds although it must not write', ({ sink }) => ({
    remove: async (names, o) =>
      sink.remove?.(names, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') throw error;
      }),
  })),
  mutant('stops', 'goes on when beforeWrite rejects', ({ sink }) => ({
    deliver: async (entries, o) => {
      let refusal: { error: unknown } | undefined;
      const beforeWrite = async (): Promise<void> => {
        await o.beforeWrite?.().catch((error: unknown) => (refusal = { error }));
      };
      const receipt = await sink.deliver(entries, { ...o, beforeWrite });
      if (refusal !== undefined) throw refusal.error;
      return receipt;
    },
  })),
  mutant('stops', 'says that half of a delivery is nothing', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(entries, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') throw error;
        throw new KeyturnError(error.code, error.message, { effect: 'none' });
      }),
  })),
];
