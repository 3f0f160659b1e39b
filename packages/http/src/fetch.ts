import { KeyturnError, printable, type Fetch, type FetchInit } from '@keyturn/core';

import { Connections } from './connections.ts';
import { Exchanges, type Exchanged } from './exchange.ts';
import { isRepeatable, isSafe } from './judge.ts';
import { withDefaults, type HttpOptions } from './options.ts';
import { markResponse } from './response-mark.ts';
import { requestUrl } from './url.ts';

const MAXIMUM_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY = new Set([204, 205, 304]);

/** The fetch of all adapters. */
export interface HttpFetch extends Fetch {
  /** Ends all connections at once. Later requests fail. */
  close(): Promise<void>;
}

/**
 * Makes the one fetch of all adapters: kept-alive connections, deadlines, retries of what is safe to repeat, rate limits obeyed.
 *
 * An answer is read to its end before it is given out, so a response's body never fails. Any status is a response, except a
 * rate limit that lasts too long. Init keys that it does not know are ignored. The caller's signal is honoured at once.
 *
 * A retry happens on connection failures, 429, 502, 503 and 504 (500 only for reads), for methods that may be repeated. Others (or
 * those with `repeatable: false`) are sent again only where it is certain that nothing was processed: no connection came about, a
 * rate limit, or a 503 with `Retry-After`.
 *
 * Errors name the host and the reason, never anything of the request.
 *
 * @throws {KeyturnError} `NETWORK_FAILED`, `TIMED_OUT`, `RATE_LIMITED`, `ANSWER_INVALID` for what is too large, broken or redirected
 * elsewhere, `INTERRUPTED`, `CONFIG_INVALID` for a URL that is neither https nor loopback or a header that cannot be sent
 */
export function createFetch(options: HttpOptions): HttpFetch {
  const settings = withDefaults(options);
  const connections = new Connections(settings.env, settings.deadlines);
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

/** Where to go on: only for reads, only on the same origin. A credential must not follow a redirect elsewhere. */
function redirectOf(url: URL, method: string, exchanged: Exchanged, hops: number): URL | undefined {
  const { status, headers } = exchanged.answer;
  const { location } = headers;
  if (!REDIRECTS.has(status) || typeof location !== 'string') return undefined;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && next?.origin === url.origin && hops < MAXIMUM_REDIRECTS) return next;
  const where =
    next === undefined ? 'somewhere' : next.origin === url.origin ? 'itself' : next.host;
  const unprocessed = (status === 307 || status === 308) && !exchanged.doubtful;
  throw new KeyturnError(
    'ANSWER_INVALID',
    `${printable(url.host, 100)}: redirects to ${printable(where, 100)} (${status}), which is not followed`,
    {
      hint: 'Was it renamed or moved? Check the base URL and the names in the target.',
      effect: reads || unprocessed ? 'none' : 'unknown',
    },
  );
}

function responseOf(url: URL, method: string, { answer, doubtful }: Exchanged): Response {
  const { status, body } = answer;
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const safe = isSafe(method);
  try {
    if (encoding !== 'identity' && body.length > 0) throw new Error('encoded');
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers))
      for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
    const response = new Response(WITHOUT_BODY.has(status) ? null : body, {
      status,
      headers,
    });
    Object.defineProperty(response, 'url', { value: url.href });
    return markResponse(response, { safe, doubtful, bytes: body.length });
  } catch {
    throw new KeyturnError(
      'ANSWER_INVALID',
      `${printable(url.host, 100)}: its answer cannot be read (status ${status})`,
      {
        hint: 'Is the address right, and does something in between change answers?',
        effect: safe ? 'none' : 'unknown',
      },
    );
  }
}
