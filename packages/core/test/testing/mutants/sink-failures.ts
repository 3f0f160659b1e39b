import { KeyturnError, reveal } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { type Change, mutant } from './sink-mutant.ts';

const calm = { signal: new AbortController().signal };

/** Adds something to every error of `deliver`. */
function leaking(
  add: (error: KeyturnError, plaintext: string, credential: string) => object,
): Change {
  return ({ sink, credential = '' }) => ({
    deliver: async (entries, o) => {
      try {
        return await sink.deliver(entries, o);
      } catch (error) {
        const plaintext = entries.map(({ value }) => reveal(value)).join(' ');
        if (KeyturnError.is(error)) Object.assign(error, add(error, plaintext, credential));
        throw error;
      }
    },
  });
}

/** Sinks that fail badly. */
export const failureMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant('aborted-before', 'listens for an abort that has been', ({ sink }) => ({
    deliver: (entries, o) => sink.deliver(entries, o.signal.aborted ? calm : o),
  })),
  mutant('abort-ends', 'does not listen for an abort', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(entries, o.signal.aborted ? o : { ...o, signal: calm.signal }),
  })),
  mutant('denied', 'passes its check whatever happens', ({ sink }) => ({
    check: (names, o) =>
      sink.check(names, o).catch((error: unknown) => {
        if (KeyturnError.is(error) && error.code === 'AUTH_DENIED') return { warnings: [] };
        throw error;
      }),
  })),
  mutant('denied', 'takes what it may not see for gone', ({ sink }) => ({
    confirm: (expected, proof, o) =>
      sink.confirm(expected, proof, o).catch((error: unknown) => {
        if (KeyturnError.is(error) && error.code === 'AUTH_DENIED') return 'absent';
        throw error;
      }),
  })),
  mutant('lost-answer', 'calls a lost answer a write without effect', ({ sink }) => ({
    deliver: (entries, o) =>
      sink.deliver(entries, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'NETWORK_FAILED') throw error;
        throw new KeyturnError(error.code, error.message, { effect: 'none' });
      }),
  })),
  mutant(
    'errors-hide',
    'keeps the request in its errors',
    leaking((_, plaintext) => ({ request: { options: { body: { value: plaintext } } } })),
  ),
  mutant(
    'errors-hide',
    'keeps the URL in its errors',
    leaking((_, plaintext) => ({ url: `https://x.test/?v=${encodeURIComponent(plaintext)}` })),
  ),
  mutant(
    'errors-hide',
    'keeps the header in its errors',
    leaking((_, __, credential) => ({
      headers: [`Basic ${Buffer.from(`user:${credential}`).toString('base64')}`],
    })),
  ),
  mutant(
    'errors-hide',
    'hides the cause in its errors, where showHidden finds it',
    leaking((error, plaintext) => {
      Object.defineProperty(error, 'cause', { value: { body: plaintext }, enumerable: false });
      return {};
    }),
  ),
];
