import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { createRequire } from 'node:module';

import type { Outgoing, ReceivedHeaders, Wire, WireEvents } from './wire.ts';

const require = createRequire(import.meta.url);

/** How long an idle connection is kept, in milliseconds: shorter than servers do, which would close it as the next request is sent. */
const KEPT_FOR = 4000;

/**
 * Carries requests with Node's own HTTP client, without a proxy.
 *
 * HTTP/1.1 only: a connection carries one request at a time, so when it breaks it is certain which requests were sent.
 */
export function directWire(): Wire {
  const options = { keepAlive: true, timeout: KEPT_FOR };
  let http: Http.Agent | undefined;
  let https: Https.Agent | undefined;
  let isClosed = false;

  const open = (request: Outgoing): Http.ClientRequest => {
    const { method, url, body } = request;
    // Node announces no length for the body of a DELETE, and a server would take it for the next request.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const headers = { ...request.headers, ...length };
    const to = { method, headers, ...addressOf(url) };
    if (url.protocol === 'http:') {
      const { Agent, request: requestHttp } = loadHttp();
      http ??= new Agent(options);
      return requestHttp({ ...to, agent: http });
    }
    const { Agent, request: requestHttps } = loadHttps();
    https ??= new Agent(options);
    return requestHttps({ ...to, agent: https });
  };

  return {
    send: (request, events) => {
      let outgoing: Http.ClientRequest;
      try {
        outgoing = open(request);
      } catch {
        events.onError('HEADER_INVALID');
        return () => {};
      }
      listen(outgoing, {
        ...events,
        onError: (cause) => events.onError(isClosed ? 'CLOSED' : cause),
      });
      onceConnected(outgoing, request.url.protocol === 'https:', async () => {
        await events.onReady?.();
        if (outgoing.destroyed) return;
        // All is ready to be written before the last look at the time, so that as little as possible comes in between.
        outgoing.cork();
        if (request.body === undefined) outgoing.flushHeaders();
        else outgoing.write(request.body);
        events.onSend();
        if (outgoing.destroyed) return;
        // Uncorks it, too.
        outgoing.end();
      });
      return () => void outgoing.destroy();
    },
    close: async () => {
      isClosed = true;
      http?.destroy();
      https?.destroy();
    },
  };
}

function onceConnected(
  outgoing: Http.ClientRequest,
  isSecure: boolean,
  go: () => Promise<void>,
): void {
  outgoing.once('socket', (socket) => {
    if (outgoing.reusedSocket) void go();
    else socket.once(isSecure ? 'secureConnect' : 'connect', go);
  });
}

function listen(outgoing: Http.ClientRequest, events: WireEvents): void {
  outgoing.once('response', (response) => {
    events.onHead(response.statusCode ?? 0, headersOf(response.rawHeaders));
    response.on('data', events.onData);
    response.once('end', events.onEnd);
    // Unless it came to its end before.
    response.once('close', () => events.onError('ECONNRESET'));
  });
  outgoing.on('error', (error) => events.onError(causeOf(error)));
  // A response that is none, such as a switch to another protocol.
  outgoing.once('close', () => {
    if (outgoing.listenerCount('response') > 0) events.onError('ECONNRESET');
  });
}

/** A header that was received several times has all its values. */
function headersOf(raw: readonly string[]): ReceivedHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** Node wants an IPv6 address without brackets, and knows the usual ports. */
function addressOf({ hostname, port, pathname, search }: URL): Http.RequestOptions {
  return { host: hostname.replaceAll(/[[\]]/g, ''), port, path: `${pathname}${search}` };
}

/** An import also loads Node's own fetch, in ten times the time, since it reads every export. */
function loadHttp(): typeof Http {
  return require('node:http') as typeof Http;
}

/** TLS takes as long to load as Node to start, and a server on this machine needs none. */
function loadHttps(): typeof Https {
  return require('node:https') as typeof Https;
}

/** Keeps only the code: a message or a stack could contain what was sent. */
function causeOf({ code }: Error & { readonly code?: unknown }): string {
  if (typeof code !== 'string') return 'UNKNOWN';
  return code.startsWith('HPE_') ? 'BAD_HTTP' : code;
}
