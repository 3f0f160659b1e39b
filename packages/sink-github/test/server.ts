import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import sodium, { ready } from 'libsodium-wrappers';

/** One request, as it came over the socket. */
interface Received {
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The connection is cut instead of answered. */
  readonly cut?: boolean;
  /** No answer ever comes. */
  readonly hang?: boolean;
}

type Routes = Record<
  string,
  Reply | ((received: Received, count: number) => Reply | Promise<Reply>)
>;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** The routes that were asked for, in order. */
  readonly routes: string[];
}

/** A server that knows these routes (`GET /path?query`) and answers any other with 418. */
export async function startServer(routes: Routes): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (text) => {
      const route = `${request.method} ${request.url}`;
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
        'content-type': isText ? 'text/html' : 'application/json; charset=utf-8',
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

/** A key pair like those of GitHub: each scope has one of its own. */
export async function keyPair(
  keyId = '568250167242549743',
): Promise<{ reply: Reply; open: (sealed: unknown) => string | undefined }> {
  await ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = Buffer.from(publicKey).toString('base64');
  return {
    reply: { status: 200, body: { key_id: keyId, key } },
    open(sealed) {
      try {
        const box = Buffer.from(String(sealed), 'base64');
        return Buffer.from(sodium.crypto_box_seal_open(box, publicKey, privateKey)).toString();
      } catch {
        return undefined;
      }
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
