import { KeyturnError, nearest } from '@keyturn/core';

/** The rotations that were named, or all; a name that no ledger has is told, with what was meant. */
export function recordedNames(
  words: readonly string[],
  known: readonly string[],
): readonly string[] {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return words.length === 0 ? known : words;
  const meant = nearest(unknown, known);
  const others =
    known.length === 0
      ? 'Run keyturn rotate first: a ledger begins with it.'
      : `Choose among ${known.join(', ')}.`;
  throw new KeyturnError('USAGE_INVALID', `no ledger is that of "${unknown}"`, {
    hint: meant === undefined ? others : `Did you mean "${meant}"?`,
    effect: 'none',
  });
}
