import type { Dispatcher } from 'undici';

import type { Deadlines } from './options.ts';

/** One request, ready to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Failure {
  readonly ok: false;
  /** The code of Node or undici, or one of keyturn's: `ABORTED`, `TOO_LARGE`, `BAD_HTTP`, `PROXY_REFUSED_` with its status, or a deadline's `…_TIMEOUT`. */
  readonly cause: string;
  /** Whether any of the request may have been sent. If false, nothing was processed. */
  readonly sent: boolean;
}

export interface Limits extends Required<Deadlines> {
  readonly maxBytes: number;
}

/**
 * Sends a request once and reads its response to the end. Settles at once when the signal is aborted, and never rejects.
 *
 * Undici announces a request just before it writes the first byte to a connected socket. If name lookup, connection or TLS
 * fails before that, it is certain that nobody saw the request.
 */
export function send(
  dispatcher: Dispatcher,
  request: Outgoing,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let sent = false;
    let status = 0;
    let size = 0;
    let headers: Answer['headers'] = {};
    const chunks: Buffer[] = [];

    const settle = (result: Answer | Failure): void => {
      if (settled) return;
      settled = true;
      clearTimeout(phase);
      clearTimeout(total);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const fail = (cause: string): void => {
      if (settled) return;
      settle({ ok: false, cause, sent });
      controller?.abort(new Error(cause));
    };
    const onAbort = (): void => fail('ABORTED');
    const total = setTimeout(() => fail('TOTAL_TIMEOUT'), limits.totalMs);
    let phase = setTimeout(() => fail('CONNECT_TIMEOUT'), limits.connectMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) {
      onAbort();
      return;
    }

    dispatcher.dispatch(
      {
        origin: request.url.origin,
        path: `${request.url.pathname}${request.url.search}`,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          clearTimeout(phase);
          if (settled) {
            started.abort(new Error('ABORTED'));
            return;
          }
          loadResponse();
          sent = true;
          phase = setTimeout(() => fail('HEADERS_TIMEOUT'), limits.headersMs);
        },
        onResponseStart(_, statusCode, received) {
          if (statusCode < 200) return;
          clearTimeout(phase);
          status = statusCode;
          headers = received;
        },
        onResponseData(_, chunk) {
          size += chunk.length;
          if (size > limits.maxBytes) fail('TOO_LARGE');
          else chunks.push(chunk);
        },
        onResponseEnd() {
          // Undici frees the connection in an immediate that it sets after this: a request made before that would open another one.
          queueMicrotask(() =>
            setImmediate(() =>
              settle({ ok: true, status, headers, body: Buffer.concat(chunks, size) }),
            ),
          );
        },
        onResponseError(_, error) {
          settle({ ok: false, cause: causeOf(error), sent });
        },
      },
    );
  });
}

/** Keeps only the code: a message or a stack could contain what was sent. */
function causeOf(error: Error & { readonly code?: unknown }): string {
  const { name, code, message } = error;
  if (name === 'HTTPParserError') return 'BAD_HTTP';
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxyStatus !== undefined) return `PROXY_REFUSED_${proxyStatus}`;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

let isResponseLoading = false;

/** Node takes 40 ms to load its own fetch for the first `Response`: do it while waiting for the first response. */
function loadResponse(): void {
  if (isResponseLoading) return;
  isResponseLoading = true;
  setImmediate(() => void globalThis.Response);
}
