import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, as it came over the socket. */
interface Received {
  /** Method and path, without `/api/v2`. */
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface Reply {
  readonly status: number;
  /** Text as it is, or a value that becomes JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The connection is cut instead of answered. */
  readonly cut?: boolean;
  /** No answer ever comes. */
  readonly hang?: boolean;
}

export type Routes = Record<
  string,
  Reply | ((received: Received, count: number) => Reply | Promise<Reply>)
>;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** The routes that were asked for, in order. */
  readonly routes: string[];
}

/** A server that knows these routes (`GET /path?query`, below `/api/v2`) and answers any other with 418. */
export async function startServer(routes: Routes): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (text) => {
      const path = request.url?.replace(/^\/api\/v2/, '') ?? '';
      const route = `${request.method} ${path}`;
      const count = received.filter((each) => each.route === route).length;
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const one = { route, headers: request.headers, body };
      received.push(one);
      const reply = routes[route] ?? { status: 418, body: { message: `no route ${route}` } };
      const answer = typeof reply === 'function' ? await reply(one, count) : reply;
      if (answer.cut === true) request.socket.destroy();
      if (answer.cut === true || answer.hang === true) return;
      const isText = typeof answer.body === 'string';
      response.writeHead(answer.status, {
        'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
        ...answer.headers,
      });
      response.end(isText ? answer.body : answer.body && JSON.stringify(answer.body));
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

/** A page of a list. */
export const page = (items: readonly object[], next: string | null = null): Reply => ({
  status: 200,
  body: { items, next_page_token: next },
});

export const said = (status: number, message: string): Reply => ({ status, body: { message } });

export const ID = 'be8bb2e3-c3d6-4098-89f4-572ff976ba9a';
export const OTHER_ID = '1c23d2cb-07b1-4a28-8af3-e369732050ed';
/** How the context deploy of gh/acme is looked up. */
export const LOOKUP = 'GET /context?owner-slug=gh%2Facme&name=deploy';
export const ALL = 'GET /context?owner-slug=gh%2Facme';
export const found = page([{ id: ID, name: 'deploy', created_at: '2026-01-01T00:00:00Z' }]);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
