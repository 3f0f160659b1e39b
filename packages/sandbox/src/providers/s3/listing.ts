import { refuse, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { element, failure, xml } from './answers.ts';
import { listedKeys, lowerBound, type Bucket, type S3State } from './state.ts';

/** After every key that begins with what is before it. */
const LAST = '\u{10ffff}';

/** One page of the keys. docs: ListObjectsV2. Its first version is not served. */
export function list(call: Call, state: S3State, bucket: Bucket): Answer {
  const { query } = call;
  const invalid = (message: string, name: string, value: string): never =>
    refuse(
      failure(state, 400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value }),
    );
  const text = (name: string): string => query.get(name) ?? '';
  const asked = query.get('max-keys') ?? '1000';
  if (!/^\d{1,9}$/.test(asked))
    return invalid('Provided max-keys not an integer or within integer range', 'max-keys', asked);
  const encoding = text('encoding-type');
  if (!['', 'url'].includes(encoding))
    return invalid('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  const most = Math.min(Number(asked), state.behaviour.maxKeys, 1000);
  const token = text('continuation-token');
  const after = token === '' ? text('start-after') : untoken(token);
  if (after === undefined)
    return invalid('The continuation token provided is incorrect', 'continuation-token', token);

  const [prefix, delimiter] = [text('prefix'), text('delimiter')];
  const { found, next } = page(listedKeys(bucket, state), { prefix, delimiter, after, most });
  const encoded = (value: string): string => (encoding === 'url' ? urlEncode(value) : value);
  const items = found.map(({ name, isGroup }) => {
    if (isGroup) return `<CommonPrefixes>${element('Prefix', encoded(name))}</CommonPrefixes>`;
    const object = bucket.objects.get(name);
    return [
      '<Contents>',
      element('Key', encoded(name)),
      element('LastModified', object?.lastModified.shown ?? ''),
      element('ETag', object?.etag ?? ''),
      element('Size', String(Buffer.byteLength(object?.body ?? ''))),
      element('StorageClass', 'STANDARD'),
      '</Contents>',
    ].join('');
  });
  const head = [
    element('Name', bucket.name),
    element('Prefix', encoded(prefix)),
    ...(delimiter === '' ? [] : [element('Delimiter', encoded(delimiter))]),
    ...(text('start-after') === '' ? [] : [element('StartAfter', encoded(text('start-after')))]),
    ...(token === '' ? [] : [element('ContinuationToken', token)]),
    ...(next === undefined ? [] : [element('NextContinuationToken', tokenOf(next))]),
    element('KeyCount', String(found.length)),
    element('MaxKeys', asked),
    ...(encoding === '' ? [] : [element('EncodingType', encoding)]),
    element('IsTruncated', String(next !== undefined)),
  ];
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const content = [...head, ...items].join('');
  return xml(state, 200, `<ListBucketResult xmlns="${namespace}">${content}</ListBucketResult>`);
}

interface Wanted {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly most: number;
}

interface Found {
  readonly name: string;
  /** Everything that begins with it. */
  readonly isGroup: boolean;
}

/** @returns next: after what the next page begins */
function page(
  keys: readonly string[],
  { prefix, delimiter, after, most }: Wanted,
): { readonly found: readonly Found[]; readonly next: string | undefined } {
  const found: Found[] = [];
  let next: string | undefined;
  let at = lowerBound(keys, prefix);
  if (after !== '') at = Math.max(at, upperBound(keys, after));
  for (let key = keys[at]; key?.startsWith(prefix) === true; key = keys[at]) {
    if (found.length >= most) return { found, next };
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const isGroup = end >= 0;
    const name = isGroup ? key.slice(0, end + delimiter.length) : key;
    found.push({ name, isGroup });
    next = isGroup ? `${name}${LAST}` : name;
    at = isGroup ? lowerBound(keys, next) : at + 1;
  }
  return { found, next: undefined };
}

function upperBound(keys: readonly string[], key: string): number {
  const at = lowerBound(keys, key);
  return keys[at] === key ? at + 1 : at;
}

const tokenOf = (after: string): string => Buffer.from(`1 ${after}`).toString('base64');

function untoken(token: string): string | undefined {
  const text = Buffer.from(token, 'base64').toString();
  return text.startsWith('1 ') ? text.slice(2) : undefined;
}

const urlEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
