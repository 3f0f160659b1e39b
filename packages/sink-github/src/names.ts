import { nameTwice } from './messages.ts';

/**
 * GitHub ignores the case of names, so two names that differ only in case are one secret.
 *
 * @throws {KeyturnError} `NAME_INVALID`
 */
export function refuseTwins(id: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toUpperCase())) throw nameTwice(id, name);
    seen.add(name.toUpperCase());
  }
}
