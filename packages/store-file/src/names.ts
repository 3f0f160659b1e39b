import { createHash } from 'node:crypto';

/** Leaves room for every suffix within the 143 bytes that encrypted file systems allow. */
const LONGEST = 90;
const PREFIX = 40;
const HASH = 48;
/** Stands before the hash of a name that was too long; escapes never contain it. */
const SHORTENED = '%~';
/** Names that Windows keeps for devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The file name (without extension) that stands for a rotation: itself for `ci-github`, and with all else than
 * lower-case letters, digits and `-_.` escaped by byte for other names, so that no two of them fall together
 * where case is ignored and none leaves the folder. A name too long to be a file's ends with its hash.
 */
export function encodeName(rotation: string): string {
  const escaped = escapeAll(rotation);
  if (escaped.length <= LONGEST) return escaped;
  const hash = createHash('sha256').update(rotation, 'utf16le').digest('hex').slice(0, HASH);
  return `${escaped.slice(0, PREFIX)}${SHORTENED}${hash}`;
}

/** The rotation that a file name stands for; undefined for a shortened one, and for what no rotation is kept under. */
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

/** `%` and two digits for each byte of UTF-8; half a surrogate pair has none, so it gets a form of its own. */
function escape(character: string): string {
  if (/\p{Cs}/u.test(character))
    return `%u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(character).toString('hex').replaceAll(/../g, '%$&');
}
