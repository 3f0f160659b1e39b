import { createHash } from 'node:crypto';

/**
 * 64 bits of the hash of each text in a record, keys included. An index over them finds the records that mention a token without
 * reading the others. A collision only leads to a record that is then searched in vain.
 */
export function hashesIn(record: unknown, known: Map<string, string>): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') found.add(hashOf(value, known));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) found.add(hashOf(key, known));
      visit(inner);
    }
  };
  visit(record);
  return [...found];
}

/** A number that PostgreSQL keeps as `bigint`. */
export function hashOf(text: string, known?: Map<string, string>): string {
  const before = known?.get(text);
  if (before !== undefined) return before;
  // The same in JSON: half a surrogate pair differs from its replacement.
  const digest = createHash('sha256').update(JSON.stringify(text)).digest();
  const hash = digest.readBigInt64BE(0).toString();
  known?.set(text, hash);
  return hash;
}
