import { json, refuse, type Answer } from '../../http/answer.ts';
import { isObject, parseBody, type Call, type JsonObject } from '../../http/call.ts';
import type { CircleCiState } from './state.ts';

/** An error as CircleCI words it. */
export const failure = (status: number, message: string): Answer => json(status, { message });

// docs: api/v2/openapi.json, the examples of its responses.
export const unauthorized = (message = 'Invalid token provided.'): Answer => failure(401, message);
export const forbidden = (): Answer => failure(403, 'Permission denied.');
export const unknownPath = (): Answer => failure(404, 'Not found.');
export const noSuch = (what: 'Organization' | 'Project'): Answer =>
  failure(404, `${what} does not exist.`);
export const noContext = (): Answer => failure(404, 'Context not found.');
export const noVariable = (): Answer => failure(404, 'Environment variable not found.');

/** The body as an object, or the answer that says why it is none. */
export function bodyOf(call: Call): JsonObject {
  const body = parseBody(call);
  return isObject(body) ? body : refuse(failure(400, 'The body is not a JSON object.'));
}

/** A field that must be there as text. */
export function textField(body: JsonObject, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : refuse(failure(400, `${name}: must be a string.`));
}

/** One page of a list; what comes next is asked for with an opaque token. */
export function list(call: Call, items: readonly unknown[], { behaviour }: CircleCiState): Answer {
  const token = call.query.get('page-token');
  const start = token === null ? 0 : (startOf(token) ?? refuse(failure(400, 'Bad page-token.')));
  const end = start + behaviour.pageSize;
  return json(200, {
    items: items.slice(start, end),
    next_page_token: end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : null,
  });
}

function startOf(token: string): number | undefined {
  const [, digits] = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
