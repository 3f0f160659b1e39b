import { createHash } from 'node:crypto';

/** Bytes. An index of PostgreSQL takes 2,700 of a row. */
const LONGEST = 400;
const PREFIX = 60;
/** Precedes the hash of a name that was too long; escapes never contain it. */
export const SHORTENED = '\\~';

/**
 * A name as the tables keep it: mostly the name itself. A backslash, and what a text of PostgreSQL cannot contain (NUL, half a surrogate
 * pair), is escaped. A name that is too long for an index ends with its hash.
 */
export function encodeName(name: string): string {
  const escaped = escapeAll(name);
  if (Buffer.byteLength(escaped) <= LONGEST) return escaped;
  const hash = createHash('sha256').update(name, 'utf16le').digest('hex');
  return `${escapeAll(Array.from(name).slice(0, PREFIX).join(''))}${SHORTENED}${hash}`;
}

/** The name that was encoded; undefined for a shortened one. */
export function decodeName(encoded: string): string | undefined {
  if (encoded.includes(SHORTENED)) return undefined;
  return encoded.replaceAll(/\\([0-9a-f]{4})/g, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

function escapeAll(name: string): string {
  return name.replaceAll(
    /[\\\0\p{Cs}]/gu,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
