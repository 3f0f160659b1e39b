import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request, read to its end. */
export interface Call {
  readonly method: string;
  /** The request's target as it was sent: path and query. */
  readonly target: string;
  /** The path as it was sent, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The base that the client used, for links in answers: `http://127.0.0.1:4000`. */
  readonly origin: string;
  /** What the route's pattern named, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

const MAXIMUM_BYTES = 10 * 1024 * 1024;

/** Reads a request; rejects when the client gives up, or sends more than 10 MiB. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const target = request.url ?? '/';
  const [path = '/', search = ''] = split(target, '?');
  return {
    method: request.method ?? 'GET',
    target,
    path,
    query: new URLSearchParams(search),
    headers: request.headers,
    body: await readBody(request),
    origin: `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`,
    params: {},
  };
}

/** A parameter of the route's pattern. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route of ${call.path} has no :${name}`);
  return value;
}

/** The body as JSON; undefined where it is none. An empty body is an empty object. */
export function parseBody(call: Call): unknown {
  if (call.body === '') return {};
  try {
    return JSON.parse(call.body) as unknown;
  } catch {
    return undefined;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Splits at the first separator. */
export function split(whole: string, separator: string): [string, string | undefined] {
  const at = whole.indexOf(separator);
  return at < 0 ? [whole, undefined] : [whole.slice(0, at), whole.slice(at + separator.length)];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAXIMUM_BYTES) throw new Error(`The body is longer than ${MAXIMUM_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
