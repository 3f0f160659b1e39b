import { KeyturnError, reveal } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { mutant } from './sink-mutant.ts';

/** Sinks that store something else than they should, or elsewhere. */
export const deliveryMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant('identity', 'shows its credential in its id', ({ sink, credential = '' }) => ({
    id: `${sink.id}?token=${encodeURIComponent(credential)}`,
  })),
  mutant('identity', 'has two spellings of its id', ({ sink }) => ({ id: `${sink.id}?b=1&a=2` })),
  mutant('identity', 'has a pattern that keeps a position', ({ sink }) => ({
    limits: { ...sink.limits, value: /(?:)/g },
  })),
  mutant('check-reads-only', 'proves that it may write by writing', ({ sink }) => ({
    check: async (names, o) => {
      const report = await sink.check(names, o);
      await sink.deliver([{ name: 'PROBE', value: 'probe' }], o);
      return report;
    },
  })),
  mutant(
    'several',
    'mangles values that are no secret',
    ({ sink }) => ({
      deliver: (entries, o) =>
        sink.deliver(
          entries.map(({ name, value }) => ({
            name,
            value: typeof value === 'string' ? value.toUpperCase() : value,
          })),
          o,
        ),
    }),
    { base: 'stamp' },
  ),
  mutant(
    'replace',
    'takes values of one length for the same',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        const isNew = entries.some(
          ({ name, value }) => sink.values.get(name)?.length !== reveal(value).length,
        );
        return isNew ? sink.deliver(entries, o) : { at: '2030-01-01T00:00:00Z' };
      },
    }),
    // What is not written shows in neither requests nor values.
    {
      alsoFails: [
        'asks-each-request',
        'asks-first',
        'confirm-later-write',
        'confirm-resolution',
        'recognises-later',
      ],
    },
  ),
  mutant(
    'idempotent',
    'refuses to store what is stored already',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        if (entries.every(({ name, value }) => sink.values.get(name) === reveal(value)))
          throw new KeyturnError('REMOTE_REJECTED', 'it is there already', { effect: 'none' });
        return sink.deliver(entries, o);
      },
    }),
    // Both deliver the same value twice.
    { alsoFails: ['lost-answer'] },
  ),
  mutant('receipt', 'dates its receipts in words', ({ sink }) => ({
    deliver: async (entries, o) => {
      const receipt = await sink.deliver(entries, o);
      return { ...receipt, at: new Date(receipt.at).toUTCString() };
    },
  })),
  mutant('receipt', 'keeps the value in its receipts', ({ sink }) => ({
    deliver: async (entries, o) => ({
      ...(await sink.deliver(entries, o)),
      request: { body: entries.map(({ value }) => Buffer.from(reveal(value)).toString('base64')) },
    }),
  })),
  mutant('credentials', 'shows a credential to prove that it has one', ({ credential = '' }) => ({
    credentials: async () => ({ source: 'MEMORY', warnings: [`it is ${credential}`] }),
  })),
  mutant('neighbours', 'tidies up', ({ sink }) => ({
    deliver: async (entries, o) => {
      const receipt = await sink.deliver(entries, o);
      sink.write('NEIGHBOUR', 'tidied');
      return receipt;
    },
  })),
  mutant('metadata', 'resets what is kept beside the value', ({ sink }) => ({
    deliver: async (entries, o) => {
      const receipt = await sink.deliver(entries, o);
      for (const { name, value } of entries) sink.write(name, reveal(value), {});
      return receipt;
    },
  })),
  mutant('remove', 'cannot remove what is gone', ({ sink }) => ({
    remove: async (names, o) => {
      if (!names.every((name) => sink.values.has(name)))
        throw new KeyturnError('TARGET_NOT_FOUND', 'no such name', { effect: 'none' });
      await sink.remove?.(names, o);
    },
  })),
  mutant('values', 'trims values', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(
        entries.map(({ name, value }) => ({ name, value: reveal(value).trim() })),
        o,
      ),
  })),
  mutant('values', 'cuts long values', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(
        entries.map(({ name, value }) =>
          reveal(value).length === 8192 ? { name, value: reveal(value).slice(1) } : { name, value },
        ),
        o,
      ),
  })),
  mutant(
    'all-or-none',
    'checks each value when it is its turn',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        if (entries.some(({ name }) => sink.limits.name?.test(name) === false))
          return sink.deliver(entries, o);
        for (const entry of entries.slice(0, -1)) await sink.deliver([entry], o);
        return sink.deliver(entries.slice(-1), o);
      },
    }),
    // Nobody knows of the first delivery when the second fails.
    { alsoFails: ['half-done', 'recognises-later', 'stops'] },
  ),
  mutant('names', 'mends bad names', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(
        entries.map(({ name, value }) => ({
          name: name.replaceAll(/\W/g, '_').slice(0, 99) || '_',
          value,
        })),
        o,
      ),
  })),
];
