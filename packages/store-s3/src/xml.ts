/** What S3 says of an error. Both can be empty, or anything that a hostile server says. */
export interface Said {
  readonly code: string;
  readonly message: string;
  readonly region: string | undefined;
}

const MOST = 64 * 1024;

/** Reads an error; one without code if the body is not an error of S3. */
export function parseError(body: string): Said {
  const text = body.slice(0, MOST);
  if (!/<Error[\s>]/.test(text)) return { code: '', message: '', region: undefined };
  const code = field(text, 'Code') ?? '';
  const region = field(text, 'Region');
  return {
    code: /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : '',
    message: field(text, 'Message') ?? '',
    region: region !== undefined && isRegion(region) ? region : undefined,
  };
}

export function isRegion(text: string): boolean {
  return /^[a-z0-9-]{1,40}$/.test(text);
}

/** One page of a list. */
export interface Page {
  /** Keys, and with a delimiter what keys begin with. */
  readonly names: readonly string[];
  readonly next: string | undefined;
}

/** Reads a page of ListObjectsV2; undefined if the body is not one. */
export function parseList(body: string): Page | undefined {
  if (!/<ListBucketResult[\s>]/.test(body) || !/<\/ListBucketResult>\s*$/.test(body))
    return undefined;
  const truncated = field(body, 'IsTruncated');
  if (truncated !== 'true' && truncated !== 'false') return undefined;
  const next = field(body, 'NextContinuationToken');
  if (truncated === 'true' && (next === undefined || next === '')) return undefined;
  const names = namesIn(body);
  if (names === undefined) return undefined;
  return { names, next: truncated === 'true' ? next : undefined };
}

/** Every key and every group of keys; undefined if one of them is not whole. */
function namesIn(body: string): readonly string[] | undefined {
  const names: string[] = [];
  const starts = /<(Contents|CommonPrefixes)>/g;
  for (let match = starts.exec(body); match !== null; match = starts.exec(body)) {
    const [, kind] = match;
    const end = body.indexOf(`</${kind}>`, starts.lastIndex);
    const content = end < 0 ? '' : body.slice(starts.lastIndex, end);
    const name = field(content, kind === 'Contents' ? 'Key' : 'Prefix');
    if (name === undefined) return undefined;
    names.push(name);
    starts.lastIndex = end;
  }
  return names;
}

function field(text: string, name: string): string | undefined {
  const start = text.indexOf(`<${name}>`);
  if (start < 0) return undefined;
  const from = start + name.length + 2;
  const end = text.indexOf(`</${name}>`, from);
  return end < 0 ? undefined : decode(text.slice(from, end));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  return text.replaceAll(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
