import { json, refuse, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { pageOf, pageUrl } from '../../http/pagination.ts';

/** An error as GitLab's own code words it; a record's errors stand under its fields. */
export const failure = (status: number, message: string | object): Answer =>
  json(status, { message });

/** An error as its API framework words it. */
export const misfit = (status: number, error: string): Answer => json(status, { error });

export const notFound = (what: string): Answer => failure(404, `404 ${what} Not Found`);
export const unauthorized = (): Answer => failure(401, '401 Unauthorized');
export const forbidden = (): Answer => failure(403, '403 Forbidden');
export const unknownPath = (): Answer => misfit(404, '404 Not Found');
export const wrongMethod = (): Answer => misfit(405, '405 Not Allowed');

/** A token that was good once; its scopes do not matter any more. */
export const invalidToken = (description: string): Answer =>
  json(401, { error: 'invalid_token', error_description: description });

export const insufficientScope = (scope: string): Answer =>
  json(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope,
  });

const SIZES = { default: 20, maximum: 100 };

/** One page of a list with GitLab's headers; docs: api/rest, "Offset-based pagination". */
export function list(call: Call, items: readonly object[]): Answer {
  if (call.query.get('pagination') === 'keyset')
    return misfit(405, 'Keyset pagination is not yet available for this type of request');
  const { items: shown, number, size, count, pages } = pageOf(call, items, SIZES);
  const next = number < pages ? number + 1 : undefined;
  const previous = number > 1 ? number - 1 : undefined;
  const links = Object.entries({ prev: previous, next, first: 1, last: pages }).flatMap(
    ([rel, page]) => (page === undefined ? [] : [`<${pageUrl(call, page, size)}>; rel="${rel}"`]),
  );
  return json(200, shown, {
    'x-page': String(number),
    'x-per-page': String(size),
    'x-next-page': String(next ?? ''),
    'x-prev-page': String(previous ?? ''),
    'x-total': String(count),
    'x-total-pages': String(pages),
    link: links.join(', '),
  });
}

/** One page of a list by the ids of its items; docs: api/rest, "Keyset-based pagination". */
export function keysetList<Item extends { readonly id: number }>(
  call: Call,
  items: readonly Item[],
  show: (item: Item) => object,
): Answer {
  if (call.query.get('order_by') !== 'id')
    refuse(misfit(405, 'Keyset pagination is not yet available for this type of request'));
  const descending = call.query.get('sort') !== 'asc';
  const border = descending ? 'id_before' : 'id_after';
  const after = call.query.get(border);
  const rest = items
    .toSorted((a, b) => (descending ? b.id - a.id : a.id - b.id))
    .filter(({ id }) => after === null || (descending ? id < Number(after) : id > Number(after)));
  const { items: shown, size } = pageOf({ ...call, query: sizeOnly(call) }, rest, SIZES);
  const last = shown.at(-1);
  if (last === undefined || shown.length === rest.length)
    return json(
      200,
      shown.map((item) => show(item)),
    );
  const query = new URLSearchParams(call.query);
  query.set(border, String(last.id));
  query.set('per_page', String(size));
  return json(
    200,
    shown.map((item) => show(item)),
    { link: `<${call.origin}${call.path}?${query.toString()}>; rel="next"` },
  );
}

const sizeOnly = ({ query }: Call): URLSearchParams =>
  new URLSearchParams({ per_page: query.get('per_page') ?? '' });
