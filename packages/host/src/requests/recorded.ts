import { ledgerNotFound } from '../messages.ts';

/**
 * The named rotations, or all.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for a rotation without a ledger
 */
export function recordedNames(
  words: readonly string[],
  known: readonly string[],
): readonly string[] {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return words.length === 0 ? known : words;
  throw ledgerNotFound(unknown, known);
}
