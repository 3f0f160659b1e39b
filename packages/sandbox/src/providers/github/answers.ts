import { json, refuse, type Answer } from '../../http/answer.ts';
import { isObject, parseBody, type Call, type JsonObject } from '../../http/call.ts';
import { pageOf, pageUrl } from '../../http/pagination.ts';

/** An error as GitHub words it. The status stands in the body too, as text. */
export const failure = (status: number, message: string, more: object = {}): Answer =>
  json(status, {
    message,
    ...more,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  });

/** Also what a place gets that the token may not see; docs: rest/using-the-rest-api/troubleshooting. */
export const notFound = (): Answer => failure(404, 'Not Found');

/** A body that does not fit its schema. What was sent is repeated in the message, secrets too. */
export const invalidRequest = (why: string): Answer => failure(422, `Invalid request.\n\n${why}`);

export const validationFailed = (resource: string, field: string, message: string): Answer =>
  failure(422, 'Validation Failed', { errors: [{ resource, field, code: 'custom', message }] });

/** The body as an object, or the answer that says why it is none. */
export function bodyOf(call: Call): JsonObject {
  const body = parseBody(call);
  if (isObject(body)) return body;
  return refuse(
    failure(400, body === undefined ? 'Problems parsing JSON' : 'Body should be a JSON object'),
  );
}

/** The answer for fields that are required and missing. */
export function requireFields(body: JsonObject, names: readonly string[]): void {
  const missing = names.filter((name) => body[name] === undefined).map((name) => `"${name}"`);
  if (missing.length === 1) refuse(invalidRequest(`${missing[0]} wasn't supplied.`));
  if (missing.length > 1) refuse(invalidRequest(`${missing.join(', ')} weren't supplied.`));
}

/** A field that must be text where it is given. */
export function textField(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  return refuse(
    invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} is not a string.`),
  );
}

const SIZES = { default: 30, maximum: 100 };

/** One page of a list with its `Link` header, in the envelope that the caller makes. */
export function list<Item>(
  call: Call,
  items: readonly Item[],
  envelope: (items: readonly Item[], count: number) => unknown,
  sizes = SIZES,
): Answer {
  const page = pageOf(call, items, sizes);
  const { number, pages, size } = page;
  const links = [
    number > 1 && ['prev', Math.min(number - 1, pages)],
    number < pages && ['next', number + 1],
    number < pages && ['last', pages],
    number > 1 && ['first', 1],
  ].flatMap((link) =>
    link === false ? [] : [`<${pageUrl(call, Number(link[1]), size)}>; rel="${link[0]}"`],
  );
  return json(
    200,
    envelope(page.items, page.count),
    links.length > 0 ? { link: links.join(', ') } : {},
  );
}

/** A time as GitHub writes it, without a fraction of a second that is nothing. */
export const plainTime = (iso: string): string => iso.replace('.000Z', 'Z');
