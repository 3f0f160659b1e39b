import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, as it came over the socket. */
export interface Received {
  /** `GET /path?query` */
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  /** Text as it is, or a value that becomes JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut instead of answered. */
  readonly cut?: boolean;
  /** No answer ever comes. */
  readonly hang?: boolean;
}

/** What is answered to each route; `count` is how often it was asked for before. */
export type Routes = Readonly<
  Record<string, Reply | ((received: Received, count: number) => Reply | Promise<Reply>)>
>;

/** A server on loopback that answers as it was told. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** The routes that were asked for, in order. */
  readonly routes: readonly string[];
}

/**
 * Starts a server for the answers that no whole imitation gives. A route that it was not told is answered with 418.
 *
 * @param root what stands before every path, and is left out in routes: `/api/v2`
 */
export async function startServer(routes: Routes, root = ''): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void receive(request, root).then(async (one) => {
      const count = received.filter(({ route }) => route === one.route).length;
      received.push(one);
      const reply = routes[one.route] ?? { status: 418, body: { message: `no ${one.route}` } };
      const answer = typeof reply === 'function' ? await reply(one, count) : reply;
      if (answer.cut === true) request.socket.destroy();
      if (answer.cut === true || answer.hang === true) return;
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      const isText = typeof answer.body === 'string';
      response.writeHead(answer.status, {
        'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
        ...answer.headers,
      });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get routes() {
      return received.map(({ route }) => route);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function receive(request: IncomingMessage, root: string): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    route: `${request.method} ${request.url?.startsWith(root) ? request.url.slice(root.length) : request.url}`,
    headers: request.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Received['body'],
  };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
