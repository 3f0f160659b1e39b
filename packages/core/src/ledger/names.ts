import { createHash } from 'node:crypto';

/** Leaves room for every suffix in the 143 bytes that encrypted file systems allow. */
const LONGEST = 90;
const PREFIX = 40;
const HASH = 48;
/** Precedes the hash of a name that was too long; escapes never contain it. */
const SHORTENED = '%~';
/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The file name of a rotation, without extension: the name itself for `ci-github`. Characters other than lower-case letters, digits
 * and `-_.` are escaped by byte, so that names stay different on file systems that ignore case, and none leaves the folder. A name
 * that is too long for a file ends with its hash.
 */
export function encodeName(rotation: string): string {
  const escaped = escapeAll(rotation);
  if (escaped.length <= LONGEST) return escaped;
  const hash = createHash('sha256').update(rotation, 'utf16le').digest('hex').slice(0, HASH);
  return `${escaped.slice(0, PREFIX)}${SHORTENED}${hash}`;
}

/** The rotation of a file name; undefined for a shortened name, and for a name that no rotation has. */
export function decodeName(encoded: string): string | undefined {
  const rotation =
    encoded === '%'
      ? ''
      : encoded.replaceAll(/%u([0-9a-f]{4})|((?:%[0-9a-f]{2})+)/g, (_, unit?: string, bytes = '') =>
          unit === undefined
            ? Buffer.from((bytes as string).replaceAll('%', ''), 'hex').toString()
            : String.fromCharCode(Number.parseInt(unit, 16)),
        );
  return encodeName(rotation) === encoded ? rotation : undefined;
}

export function isShortened(encoded: string): boolean {
  return encoded.includes(SHORTENED);
}

function escapeAll(rotation: string): string {
  if (rotation === '') return '%';
  const isDevice = DEVICE.test(rotation);
  return Array.from(rotation, (character, index) => {
    const kept = index === 0 ? /[a-z0-9_]/ : /[a-z0-9_.-]/;
    return kept.test(character) && !(index === 0 && isDevice) ? character : escape(character);
  }).join('');
}

/** `%` and two digits per byte of UTF-8; half a surrogate pair has no UTF-8 form, so it gets a separate one. */
function escape(character: string): string {
  if (/\p{Cs}/u.test(character))
    return `%u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(character).toString('hex').replaceAll(/../g, '%$&');
}
