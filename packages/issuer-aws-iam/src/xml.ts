/** An element of an answer: attributes and namespaces are left out. */
export interface Element {
  readonly name: string;
  /** Its own text, without that of its children. */
  readonly text: string;
  readonly children: readonly Element[];
}

const MOST_CHARACTERS = 1024 * 1024;
const MOST_DEPTH = 12;
const MOST_ELEMENTS = 20_000;
const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/**
 * Reads the few forms of XML in which AWS answers: elements, text, entities. Undefined for anything else, such as a document type, and
 * for what is too large or too deep. Each character is looked at a bounded number of times.
 */
export function parseXml(source: string): Element | undefined {
  if (source.length > MOST_CHARACTERS) return undefined;
  const open: { name: string; text: string; children: Element[] }[] = [];
  let elements = 0;
  let at = skipProlog(source);
  for (;;) {
    const start = source.indexOf('<', at);
    if (start < 0) return undefined;
    const text = decode(source.slice(at, start));
    const end = source.indexOf('>', start);
    if (text === undefined || end < 0) return undefined;
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
    else if (text.trim() !== '') return undefined;
    const tag = source.slice(start + 1, end);
    at = end + 1;
    if (tag.startsWith('/')) {
      const closed = open.pop();
      if (closed === undefined || closed.name !== tag.slice(1).trim()) return undefined;
      const parent = open.at(-1);
      if (parent === undefined) return source.slice(at).trim() === '' ? closed : undefined;
      parent.children.push(closed);
      continue;
    }
    const isEmpty = tag.endsWith('/');
    const name = nameIn(isEmpty ? tag.slice(0, -1) : tag);
    if (name === undefined || ++elements > MOST_ELEMENTS) return undefined;
    const element = { name, text: '', children: [] };
    if (!isEmpty) {
      if (open.push(element) > MOST_DEPTH) return undefined;
    } else if (current === undefined) return undefined;
    else current.children.push(element);
  }
}

/** The one child with that name; undefined if there is none, or more than one. */
export function child(element: Element | undefined, name: string): Element | undefined {
  const found = element?.children.filter((one) => one.name === name) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

/** The text of the one child with that name. */
export function textOf(element: Element | undefined, name: string): string | undefined {
  const found = child(element, name);
  return found === undefined || found.children.length > 0 ? undefined : found.text.trim();
}

function skipProlog(source: string): number {
  const start = /^\uFEFF?\s{0,100}/.exec(source)?.[0].length ?? 0;
  if (!source.startsWith('<?xml ', start)) return start;
  const end = source.indexOf('?>', start);
  return end < 0 ? source.length : end + 2;
}

/** The name of a start tag. Values of attributes hold no `>` in AWS's answers, so another form ends in an error. */
function nameIn(tag: string): string | undefined {
  const end = tag.search(/\s/);
  const name = end < 0 ? tag : tag.slice(0, end);
  return NAME.test(name) ? name : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Undefined for an entity that is not one of XML's own: there is no document type that could define it. */
function decode(text: string): string | undefined {
  if (!text.includes('&')) return text;
  const [first = '', ...parts] = text.split('&');
  let decoded = first;
  for (const part of parts) {
    const end = part.indexOf(';');
    const character = end < 0 || end > 10 ? undefined : characterOf(part.slice(0, end));
    if (character === undefined) return undefined;
    decoded += character + part.slice(end + 1);
  }
  return decoded;
}

function characterOf(entity: string): string | undefined {
  if (Object.hasOwn(ENTITIES, entity)) return ENTITIES[entity];
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(entity) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return Number.isInteger(code) && code > 0 && code <= 0x10_ffff
    ? String.fromCodePoint(code)
    : undefined;
}
