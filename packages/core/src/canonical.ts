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
  let text = '';
  for (let at = 0; at < source.length;) {
    const [unit, end] = unitAt(source, at);
    const small = fold(unit);
    // What cannot be told from two characters by its length stays one: positions must fit.
    if (small.length === 1) {
      starts[text.length] = at;
      ends[text.length] = end;
      text += small;
    }
    at = end;
  }
  return { text, starts, ends };
}

function unitAt(source: string, at: number): [unit: string, end: number] {
  const first = source[at] ?? '';
  if (first !== '\\' && first !== '%' && first !== '&') return [first, at + 1];
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(source);
  if (match === null) return [first, at + 1];
  const [whole, unicode, hex, control, plain, percent, entityHex, entity, named] = match;
  const number = unicode ?? hex ?? percent ?? entityHex;
  const code = number === undefined ? Number(entity) : Number.parseInt(number, 16);
  const unit =
    control === undefined
      ? (plain ?? ENTITIES[named?.toLowerCase() ?? ''] ?? String.fromCharCode(code & 0xffff))
      : ' ';
  return [unit, at + whole.length];
}

function fold(unit: string): string {
  if (unit === '+') return '-';
  if (unit === '/') return '_';
  const code = unit.charCodeAt(0);
  if (code > 0x20 && code < 0x7f) return unit.toLowerCase();
  return SEPARATOR.test(unit) ? '' : unit.toLowerCase();
}
