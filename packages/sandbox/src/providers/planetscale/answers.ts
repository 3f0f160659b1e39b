import { json, type Answer } from '../../http/answer.ts';
import { isObject, parseBody, type Call, type JsonObject } from '../../http/call.ts';
import { pageOf, pageUrl } from '../../http/pagination.ts';
import { refuse } from '../../http/answer.ts';

/** An error as PlanetScale words it: `{"code","message"}`. */
export const failure = (status: number, code: string, message: string): Answer =>
  json(status, { code, message });

/** Also what a bad token, another organization and a missing access get: docs: "Potential errors". */
export const notFound = (): Answer => failure(404, 'not_found', 'Not Found');
export const unauthorized = (): Answer => failure(401, 'unauthorized', 'Requires authentication');
export const forbidden = (): Answer =>
  failure(403, 'forbidden', 'this user does not have the appropriate permissions');
export const unprocessable = (message: string): Answer => failure(422, 'unprocessable', message);

/** A bad login token has a body of its own kind: planetscale-go#118. */
export const badLogin = (): Answer =>
  json(401, {
    error: 'invalid_token',
    error_description: 'The access token is invalid',
    state: 'unauthorized',
  });

/** One page of a list, 25 items where nothing else is asked for, 100 at most: docs: api/reference/pagination. */
export function list(call: Call, items: readonly unknown[], totals = true): Answer {
  const page = pageOf(call, items, { default: 25, maximum: 100 });
  const next = page.number < page.pages ? page.number + 1 : null;
  const previous = page.number > 1 ? page.number - 1 : null;
  const url = (number: number | null): string | null =>
    number === null ? null : pageUrl(call, number, page.size);
  return json(200, {
    type: 'list',
    current_page: page.number,
    per_page: page.size,
    next_page: next,
    next_page_url: url(next),
    prev_page: previous,
    prev_page_url: url(previous),
    ...(totals && { total_count: page.count, total_pages: page.pages }),
    data: page.items,
  });
}

/** A list that is never cut, with the shorter envelope that the access endpoints have. */
export const wholeList = (items: readonly unknown[]): Answer =>
  json(200, {
    type: 'list',
    current_page: 1,
    next_page: null,
    next_page_url: null,
    prev_page: null,
    prev_page_url: null,
    data: items,
  });

/** The body as an object, or the answer that says why it is none. */
export function bodyOf(call: Call): JsonObject {
  const body = parseBody(call);
  return isObject(body)
    ? body
    : refuse(failure(400, 'bad_request', 'There was a problem in the JSON you submitted'));
}
