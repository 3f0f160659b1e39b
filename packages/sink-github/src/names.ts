import { KeyturnError } from '@keyturn/core';

/**
 * GitHub ignores the case of names, so two that differ in nothing else are one secret.
 *
 * @throws {KeyturnError} `NAME_INVALID`
 */
export function refuseTwins(id: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toUpperCase()))
      throw new KeyturnError(
        'NAME_INVALID',
        `${id}: ${name} is there twice, since case is ignored`,
        {
          hint: 'Choose names that differ in more than case.',
          effect: 'none',
        },
      );
    seen.add(name.toUpperCase());
  }
}
