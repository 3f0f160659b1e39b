/** A text as secrets are compared in it: each character, and where in the text it stands, escapes and all. */
export interface Canonical {
  readonly text: string;
  /** Where each character begins. */
  readonly starts: Int32Array;
  /** Where it ends. */
  readonly ends: Int32Array;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** Escapes of JSON, JavaScript, URLs and HTML, also of what was escaped before. */
const ESCAPE =
  /\\+u\{?([\da-f]{1,6})\}?|\\+x([\da-f]{2})|\\+([nrtbfv0])|\\+([^])|%(?:25)*([\da-f]{2})|&(?:amp;)*#x([\da-f]{1,6});|&(?:amp;)*#(\d{1,7});|&(?:amp;)*(lt|gt|quot|apos|amp);/iuy;
const SEPARATOR = /[\s\p{Cc}\p{Cf}\p{M}]/u;

/**
 * Undoes what a server or a program may do with an echo, without losing where: escapes are read, blanks, line breaks and what is
 * unseen are left out, capitals are small, and base64 is that of URLs.
 */
export function canonical(source: string): Canonical {
  const starts = new Int32Array(source.length);
  const ends = new Int32Array(source.length);
  const units = new Uint16Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length;) {
    const code = source.charCodeAt(at);
    const plain = code < PLAIN.length ? PLAIN[code] : undefined;
    const [unit, end] =
      plain === undefined || plain === ESCAPES ? unitAt(source, at) : [code, at + 1];
    const folded = unit < PLAIN.length ? (PLAIN[unit] ?? 0) : foldOther(unit);
    if (folded !== 0) {
      starts[length] = at;
      ends[length] = end;
      units[length++] = folded === ESCAPES ? unit : folded;
    }
    at = end;
  }
  const text = Buffer.from(units.buffer, 0, length * 2).toString('utf16le');
  return { text, starts, ends };
}

const ESCAPES = 1;
/** What each character of ASCII is compared as: 0 for none, 1 for one that may begin an escape. Most of a text is that, and is long. */
const PLAIN = Uint16Array.from({ length: 128 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f) return 0;
  const unit = String.fromCharCode(code);
  if ('\\%&'.includes(unit)) return ESCAPES;
  return (unit === '+' ? '-' : unit === '/' ? '_' : unit.toLowerCase()).charCodeAt(0);
});

function unitAt(source: string, at: number): [unit: number, end: number] {
  const first = source.charCodeAt(at);
  if (first >= PLAIN.length) return [first, at + 1];
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(source);
  if (match === null) return [first, at + 1];
  const [whole, unicode, hex, control, plain, percent, entityHex, entity, named] = match;
  const number = unicode ?? hex ?? percent ?? entityHex;
  const code = number === undefined ? Number(entity) : Number.parseInt(number, 16);
  const text = control === undefined ? (plain ?? ENTITIES[named?.toLowerCase() ?? '']) : ' ';
  return [text?.charCodeAt(0) ?? code & 0xffff, at + whole.length];
}

/** What takes two units to fold stays as it is: positions must fit. */
function foldOther(unit: number): number {
  const text = String.fromCharCode(unit);
  if (SEPARATOR.test(text)) return 0;
  const small = text.toLowerCase();
  return small.length === 1 ? small.charCodeAt(0) : unit;
}
