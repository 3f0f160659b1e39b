import type { Fetch, FetchInit } from '@keyturn/core';

import { Connections } from './connections.ts';
import { Exchanges, type Exchanged } from './exchange.ts';
import { isRepeatable, isSafe } from './judge.ts';
import { redirectNotFollowed, responseUnreadable } from './messages.ts';
import { withDefaults, type HttpOptions } from './options.ts';
import { PlainResponse } from './plain-response.ts';
import { markResponse } from './response-mark.ts';
import { requestUrl } from './url.ts';

const MAXIMUM_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The fetch of all adapters. */
export interface HttpFetch extends Fetch {
  /** Closes all connections at once. Later requests fail. */
  close(): Promise<void>;
}

/**
 * Creates the fetch of all adapters: kept-alive connections, deadlines, safe retries, and respect for rate limits.
 *
 * A response is read to its end before it is returned, so reading its body never fails. It has the members of `Response`, but is made
 * without one. Any status is a response, except a
 * rate limit that lasts too long. Unknown init keys are ignored. The caller's signal takes effect at once.
 *
 * Retried are connection failures, 429, 502, 503 and 504 (500 only for reads), for methods that may be repeated. Other methods (and
 * requests with `repeatable: false`) are retried only if it is certain that nothing was processed: no connection was made, a
 * rate limit, or a 503 with `Retry-After`.
 *
 * Errors contain the host and the reason, and nothing of the request.
 *
 * @throws {KeyturnError} `NETWORK_FAILED`, `TIMED_OUT`, `RATE_LIMITED`, `INTERRUPTED`, `ANSWER_INVALID` for a response that is too
 * large, broken or redirected elsewhere, `CONFIG_INVALID` for a URL that is neither https nor loopback or an invalid header
 */
export function createFetch(options: HttpOptions): HttpFetch {
  const settings = withDefaults(options);
  const connections = new Connections(settings);
  const exchanges = new Exchanges(settings, connections);

  const fetch: Fetch = async (text, init = {}) => {
    const method = (init.method ?? 'GET').toUpperCase();
    const call = {
      method,
      headers: headersOf(init, settings.userAgent),
      body: init.body ?? undefined,
      repeatable: isRepeatable(method, init.repeatable),
      signal: init.signal ?? undefined,
      beforeWrite: init.beforeWrite,
    };
    let url = requestUrl(text);
    for (let hops = 0; ; hops++) {
      const exchanged = await exchanges.run({ ...call, url });
      const next = redirectOf(url, method, exchanged, hops);
      if (next === undefined) return responseOf(url, method, exchanged);
      url = next;
    }
  };
  return Object.assign(fetch, { close: () => connections.close() });
}

function headersOf({ headers = {} }: FetchInit, userAgent: string): Record<string, string> {
  const result: Record<string, string> = { 'user-agent': userAgent };
  for (const [name, value] of Object.entries(headers as Record<string, string | undefined>))
    if (value !== undefined) result[name.toLowerCase()] = value;
  result['accept-encoding'] = 'identity';
  return result;
}

/** The next URL of a redirect: only for reads, and only on the same origin. A credential must not follow a redirect to another host. */
function redirectOf(url: URL, method: string, exchanged: Exchanged, hops: number): URL | undefined {
  const { status, headers } = exchanged.answer;
  const { location } = headers;
  if (!REDIRECTS.has(status) || typeof location !== 'string') return undefined;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && next?.origin === url.origin && hops < MAXIMUM_REDIRECTS) return next;
  const unprocessed = (status === 307 || status === 308) && !exchanged.doubtful;
  throw redirectNotFollowed(url, status, next, reads || unprocessed ? 'none' : 'unknown');
}

function responseOf(url: URL, method: string, { answer, doubtful }: Exchanged): Response {
  const { status, body } = answer;
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const safe = isSafe(method);
  try {
    if (encoding !== 'identity' && body.length > 0) throw new Error('encoded');
    const response = new PlainResponse(status, url.href, answer.headers, body);
    return markResponse(response, { safe, doubtful, bytes: body.length });
  } catch {
    throw responseUnreadable(url, status, safe ? 'none' : 'unknown');
  }
}
