import { ANY_TIME, compareStamp, type Receipt } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { type Change, mutant } from './sink-mutant.ts';

const stamp = { base: 'stamp' } as const;

/** Confirms by another proof than it was given. */
function believing(change: (receipt: Receipt | undefined, since?: string) => object): Change {
  return ({ sink }) => ({
    confirm: (expected, { receipt, since }, o) =>
      sink.confirm(expected, { receipt, since, ...change(receipt, since) }, o),
  });
}

/** Compares the stamp that is shown with a moment, as if one clock had shown both. */
function comparing(moment: (receipt: Receipt) => string | undefined): Change {
  return ({ sink }) => ({
    confirm: async (expected, proof, o) => {
      const verdict = await sink.confirm(expected, proof, o);
      const { receipt, since } = proof;
      if (verdict !== 'unreadable' || receipt === undefined || since !== undefined) return verdict;
      const written = Date.parse(moment(receipt) ?? '');
      const shown = expected.map(({ name }) => sink.entries.get(name)?.updatedAt ?? 0);
      return shown.every((at) => Math.abs(at - written) < 60_000) ? 'same' : verdict;
    },
  });
}

/** Sinks that take for proof what is none. */
export const evidenceMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant(
    'receipt-own-stamps',
    'takes the stamp that is shown after a write for the stamp of that write',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        const receipt = await sink.deliver(entries, o);
        const shown = entries.map(({ name }) => [name, String(sink.entries.get(name)?.updatedAt)]);
        return { ...receipt, stamps: Object.fromEntries(shown) as Record<string, string> };
      },
    }),
    { ...stamp, alsoFails: ['stamps-later'] },
  ),
  mutant(
    'stamps-later',
    'hands over stamps that are not of the delivery',
    ({ sink }) => ({
      deliver: (entries, { later, ...o }) =>
        sink.deliver(entries, {
          ...o,
          ...(later && { later: () => later(Promise.resolve({ [entries[0]?.name ?? '']: '0' })) }),
        }),
    }),
    stamp,
  ),
  mutant(
    'stamps-later',
    'tells each stamp twice',
    ({ sink }) => ({
      deliver: async (entries, { later, ...o }) => {
        const receipt = await sink.deliver(entries, o);
        later?.(Promise.resolve(receipt.stamps ?? {}));
        return receipt;
      },
    }),
    stamp,
  ),
  mutant(
    'confirm-any-time',
    'takes an equal stamp for proof, whatever may have landed',
    believing((_, since) => (since === ANY_TIME ? { since: undefined } : {})),
    stamp,
  ),
  mutant(
    'confirm-any-time',
    'takes an equal tail for proof, whatever may have landed',
    believing((_, since) => (since === ANY_TIME ? { since: undefined } : {})),
    { base: 'tail' },
  ),
  mutant(
    'confirm-later-write',
    'does not look since when other writes may have landed',
    believing((_, since) => (since === ANY_TIME ? {} : { since: undefined })),
    { ...stamp, alsoFails: ['confirm-one-clock', 'confirm-resolution'] },
  ),
  mutant(
    'confirm-resolution',
    'takes a clock of whole seconds for one of milliseconds',
    ({ sink }) => ({
      confirm: async (expected, proof, o) => {
        const verdict = await sink.confirm(expected, proof, o);
        const fine = expected.map(({ name }) =>
          compareStamp(name, String(sink.entries.get(name)?.updatedAt), proof, 0),
        );
        return verdict === 'unreadable' && fine.every((one) => one === 'same') ? 'same' : verdict;
      },
    }),
    stamp,
  ),
  mutant(
    'confirm-one-clock',
    'compares the stamp with the receipt’s date',
    comparing(({ at }) => at),
    stamp,
  ),
  mutant(
    'confirm-one-clock',
    'takes since for a moment of the clock that stamps',
    ({ sink }) => ({
      confirm: (expected, { receipt, since }, o) => {
        const clock = new Date(Number(receipt?.stamps?.[expected[0]?.name ?? ''] ?? 0));
        return sink.confirm(
          expected,
          { since, receipt: receipt && { ...receipt, clock: clock.toISOString() } },
          o,
        );
      },
    }),
    { ...stamp, alsoFails: ['confirm-later-write', 'confirm-resolution'] },
  ),
  mutant(
    'confirm-one-clock',
    'takes the date of a receipt for its clock',
    believing((receipt) => ({
      receipt: receipt && { ...receipt, clock: receipt.clock ?? receipt.at },
    })),
    stamp,
  ),
  mutant('recognises-later', 'recognises nothing without the plaintext', ({ sink }) => ({
    confirm: async (expected, proof, o) =>
      expected.every(({ value }) => value === undefined)
        ? 'unreadable'
        : sink.confirm(expected, proof, o),
  })),
];
