import type { Dispatcher } from 'undici';

import type { Outgoing, Wire, WireEvents } from './wire.ts';

/** Carries requests through the proxies of the environment. */
export async function proxyWire(options: object): Promise<Wire> {
  const { EnvHttpProxyAgent } = await import('undici');
  return wireOf(new EnvHttpProxyAgent({ allowH2: false, ...options }));
}

/** Carries many requests without a proxy. */
export async function undiciWire(options: object): Promise<Wire> {
  const { Agent } = await import('undici');
  return wireOf(new Agent({ allowH2: false, ...options }));
}

function wireOf(dispatcher: Dispatcher): Wire {
  return {
    close: () => dispatcher.destroy(),
    send: (request, events) => {
      const flight = new Flight();
      dispatch(dispatcher, request, events, flight).catch((error: Error) =>
        events.onError(causeOf(error)),
      );
      return () => flight.giveUp();
    },
  };
}

/** One request, which can be given up whenever that is. */
class Flight {
  isGivenUp = false;
  controller: Dispatcher.DispatchController | undefined;

  giveUp(): void {
    this.isGivenUp = true;
    this.controller?.abort(new Error('ABORTED'));
  }
}

async function dispatch(
  dispatcher: Dispatcher,
  request: Outgoing,
  events: WireEvents,
  flight: Flight,
): Promise<void> {
  // Undici cannot wait between the connection and the first byte.
  if (events.onReady !== undefined) await events.onReady();
  if (flight.isGivenUp) return;
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
        events.onSend();
        // Nothing is written then, and unlike after an abort, the next request can use the connection.
        if (flight.isGivenUp) throw new Error('ABORTED');
        flight.controller = controller;
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
  const proxyStatus = /Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxyStatus !== undefined) return `PROXY_REFUSED_${proxyStatus}`;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
