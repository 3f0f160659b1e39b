import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { mutant } from './sink-mutant.ts';

/** Sinks that say something else than what is there. */
export const confirmationMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant('confirm-absent', 'takes nothing for something else', ({ sink }) => ({
    confirm: async (expected, receipt, o) => {
      const verdict = await sink.confirm(expected, receipt, o);
      return verdict === 'absent' ? 'different' : verdict;
    },
  })),
  mutant('confirm-partly-absent', 'looks at the first name only', ({ sink }) => ({
    confirm: (expected, receipt, o) => sink.confirm(expected.slice(0, 1), receipt, o),
  })),
  mutant(
    'confirm-same',
    'expects both halves of a pair at one moment',
    ({ sink }) => ({
      confirm: async (expected, receipt, o) => {
        const verdict = await sink.confirm(expected, receipt, o);
        const at = Date.parse(receipt?.at ?? '');
        const differs = expected.some(({ name }) => sink.entries.get(name)?.updatedAt !== at);
        return verdict === 'same' && differs ? 'different' : verdict;
      },
    }),
    { base: 'timestamp' },
  ),
  mutant(
    'confirm-same',
    'claims to see what is not shown',
    ({ sink }) => ({
      confirm: async (expected, receipt, o) => {
        const verdict = await sink.confirm(expected, receipt, o);
        return verdict === 'unreadable' && expected.length > 1 ? 'same' : verdict;
      },
    }),
    { base: 'none' },
  ),
  mutant(
    'confirm-no-receipt',
    'guesses where there is no receipt',
    ({ sink }) => ({
      confirm: async (expected, receipt, o) => {
        const verdict = await sink.confirm(expected, receipt, o);
        return verdict === 'unreadable' && receipt === undefined ? 'same' : verdict;
      },
    }),
    { base: 'timestamp' },
  ),
  mutant(
    'confirm-different',
    'is content with any value where there is no receipt',
    ({ sink }) => ({
      confirm: async (expected, receipt, o) => {
        const verdict = await sink.confirm(expected, receipt, o);
        return verdict === 'different' && receipt === undefined ? 'same' : verdict;
      },
    }),
  ),
  mutant(
    'confirm-foreign',
    'believes its receipt',
    ({ sink }) => ({
      confirm: async (expected, receipt, o) => {
        const verdict = await sink.confirm(expected, receipt, o);
        return verdict === 'different' ? 'same' : verdict;
      },
    }),
    { base: 'timestamp' },
  ),
  mutant('confirm-reads-only', 'leaves a mark when it looks', ({ sink }) => ({
    confirm: async (expected, receipt, o) => {
      const verdict = await sink.confirm(expected, receipt, o);
      sink.write('SEEN', 'yes');
      return verdict;
    },
  })),
  mutant('holds', 'shows the whole value as its tail', ({ sink }) => ({
    holds: async (names, o) => {
      const hint = await sink.holds?.(names, o);
      return hint && { ...hint, tail: sink.values.get(names.at(-1) ?? '') ?? '' };
    },
  })),
  mutant('clue', 'shows the whole value as a clue', ({ sink }) => ({
    clue: async (names) => {
      const seen = sink.values.get(names.at(-1) ?? '');
      return seen === undefined ? undefined : { seen };
    },
  })),
];
