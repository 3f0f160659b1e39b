import type { Dispatcher } from 'undici';

import type { Outgoing, Wire, WireEvents } from './wire.ts';

/** Carries requests through the proxies of the environment, with undici. It is loaded for this only. */
export async function proxyWire(options: object): Promise<Wire> {
  const { EnvHttpProxyAgent } = await import('undici');
  return wireOf(new EnvHttpProxyAgent(options));
}

function wireOf(dispatcher: Dispatcher): Wire {
  return {
    close: () => dispatcher.destroy(),
    send: (request, events) => {
      const abort = new AbortController();
      dispatch(dispatcher, request, events, abort.signal).catch((error: Error) =>
        events.onError(causeOf(error)),
      );
      return () => abort.abort();
    },
  };
}

async function dispatch(
  dispatcher: Dispatcher,
  request: Outgoing,
  events: WireEvents,
  signal: AbortSignal,
): Promise<void> {
  // Undici cannot wait between the connection and the first byte.
  await events.onReady?.();
  if (signal.aborted) return;
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
      // Called just before the first byte is written to a connected socket.
      onRequestStart(controller) {
        if (!signal.aborted) events.onSend();
        // Nothing is written then, and unlike after an abort, the next request can use the connection.
        if (signal.aborted) throw new Error('ABORTED');
        const giveUp = (): void => controller.abort(new Error('ABORTED'));
        signal.addEventListener('abort', giveUp, { once: true });
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) events.onHead(status, headers);
      },
      onResponseData: (_, chunk) => events.onData(chunk),
      onResponseEnd() {
        // Undici frees the connection in an immediate that it sets after this: a request made before that would open another one.
        queueMicrotask(() => setImmediate(events.onEnd));
      },
      onResponseError: (_, error) => events.onError(causeOf(error)),
    },
  );
}

/** Keeps only the code: a message or a stack could contain what was sent. */
function causeOf(error: Error & { readonly code?: unknown }): string {
  const { name, code, message } = error;
  if (name === 'HTTPParserError') return 'BAD_HTTP';
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxyStatus !== undefined) return `PROXY_REFUSED_${proxyStatus}`;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
