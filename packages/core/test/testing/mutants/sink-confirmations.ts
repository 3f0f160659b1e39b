import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { mutant } from './sink-mutant.ts';

/** Sinks that say something else than what is there. */
export const confirmationMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant('confirm-absent', 'takes nothing for something else', ({ sink }) => ({
    confirm: async (expected, proof, o) => {
      const verdict = await sink.confirm(expected, proof, o);
      return verdict === 'absent' ? 'different' : verdict;
    },
  })),
  mutant('confirm-partly-absent', 'looks at the first name only', ({ sink }) => ({
    confirm: (expected, proof, o) => sink.confirm(expected.slice(0, 1), proof, o),
  })),
  mutant(
    'confirm-same',
    'expects both halves of a pair at one moment',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        const at = Date.parse(proof.receipt?.at ?? '');
        const differs = expected.some(({ name }) => sink.entries.get(name)?.updatedAt !== at);
        return verdict === 'same' && differs ? 'different' : verdict;
      },
    }),
    { base: 'stamp', alsoFails: ['stamps-later'] },
  ),
  mutant(
    'confirm-same',
    'claims to see what is not shown',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        return verdict === 'unreadable' && expected.length > 1 ? 'same' : verdict;
      },
    }),
    { base: 'none', alsoFails: ['confirm-any-time', 'confirm-one-clock'] },
  ),
  mutant(
    'confirm-no-receipt',
    'guesses where there is no receipt',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        return verdict === 'unreadable' && proof.receipt === undefined ? 'same' : verdict;
      },
    }),
    { base: 'stamp' },
  ),
  mutant(
    'confirm-different',
    'is content with any value where there is no receipt',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        return verdict === 'different' && proof.receipt === undefined ? 'same' : verdict;
      },
    }),
  ),
  mutant(
    'confirm-foreign',
    'believes its receipt',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        return verdict === 'different' ? 'same' : verdict;
      },
    }),
    { base: 'stamp', alsoFails: ['confirm-resolution'] },
  ),
  mutant('confirm-reads-only', 'leaves a mark when it looks', ({ sink }) => ({
    confirm: async (expected, proof, o) => {
      const verdict = await sink.confirm(expected, proof, o);
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
