import { createHash } from 'node:crypto';

/** Servers that keep objects as files allow 255 bytes for each part of a key. */
const LONGEST = 180;
const START = 100;
const HASH = 48;
/** Precedes the hash of a name that was too long; escapes never contain it. */
const SHORTENED = '_-';

/**
 * A rotation's name as one part of a key: `ci-github` itself; of other characters than lower-case letters, digits, `-` and `.`, each
 * byte as `_` and two digits. So it has no capitals, which some servers do not tell apart, and nothing that anybody encodes in a
 * URL. A name that is too long ends with its hash.
 */
export function encodeName(rotation: string): string {
  const escaped = escapeAll(rotation);
  if (escaped.length <= LONGEST) return escaped;
  const hash = createHash('sha256').update(rotation, 'utf16le').digest('hex').slice(0, HASH);
  return `${escaped.slice(0, START)}${SHORTENED}${hash}`;
}

/** The rotation of a part of a key; undefined for a shortened name, and for a part that no name has. */
export function decodeName(encoded: string): string | undefined {
  const rotation =
    encoded === '_'
      ? ''
      : encoded.replaceAll(/_u([0-9a-f]{4})|((?:_[0-9a-f]{2})+)/g, (_, unit?: string, bytes = '') =>
          unit === undefined
            ? Buffer.from((bytes as string).replaceAll('_', ''), 'hex').toString()
            : String.fromCharCode(Number.parseInt(unit, 16)),
        );
  return encodeName(rotation) === encoded ? rotation : undefined;
}

function escapeAll(rotation: string): string {
  if (rotation === '') return '_';
  return Array.from(rotation, (character, index) =>
    (index === 0 ? /[a-z0-9]/ : /[a-z0-9.-]/).test(character) ? character : escape(character),
  ).join('');
}

/** Half a surrogate pair has no UTF-8 form, so it gets a separate one. */
function escape(character: string): string {
  if (/\p{Cs}/u.test(character))
    return `_u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(character).toString('hex').replaceAll(/../g, '_$&');
}
