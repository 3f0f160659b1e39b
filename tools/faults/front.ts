import {
  createServer,
  request as send,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { makeCertificate } from '../../packages/http/test/support/certificates.ts';
import { cut, drip, flood, inside, other, refusal, type Answer } from './bodies.ts';
import type { Act } from './fault.ts';

/** Names what happens to a request; taken off before it is passed on. */
export const FAULT = 'x-fault';

/** Stands in front of a provider's server and does to a request what its header {@link FAULT} says, or what is chosen for it. */
export interface Front {
  readonly url: string;
  close(): void;
}

export async function openFront(
  provider: string,
  target: string,
  choose: (method: string, url: string) => Act | undefined = () => undefined,
): Promise<Front> {
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const { [FAULT]: wish } = request.headers;
    const act =
      typeof wish === 'string'
        ? (JSON.parse(wish) as Act)
        : choose(request.method ?? '', request.url ?? '');
    handle(provider, target, act, request, response).catch(() => request.socket.destroy());
  });
  return listen(server, 'http://127.0.0.1');
}

/** A server whose certificate would be trusted, had it not expired. */
export function openExpired(): Promise<Front> {
  const certificate = makeCertificate('localhost', new Date('2021-01-01T00:00:00Z'));
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  const server = createTlsServer(certificate, (request) => request.socket.destroy());
  server.on('tlsClientError', () => {});
  return listen(server, 'https://localhost');
}

function listen(server: ReturnType<typeof createServer>, base: string): Promise<Front> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `${base}:${(server.address() as AddressInfo).port}`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}

async function handle(
  provider: string,
  target: string,
  act: Act | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await textOf(request);
  const { [FAULT]: _, ...headers } = request.headers;
  const pass = (): Promise<Answer> =>
    forward(target, { method: request.method, url: request.url, headers }, body);
  switch (act?.type) {
    case 'status':
      return answer(response, {
        status: act.status,
        headers: {
          'content-type': 'application/json',
          ...(act.retryAfter !== undefined && { 'retry-after': String(act.retryAfter) }),
        },
        body: refusal(provider, act.status, `${headers.authorization} ${body}`),
      });
    case 'page':
      await pass();
      return answer(response, { status: 502, headers: {}, body: '<html>Bad gateway</html>' });
    case 'reset':
      return void request.socket.resetAndDestroy();
    case 'silence':
      return undefined;
    case 'lost':
      await pass();
      return void request.socket.destroy();
    case 'body':
      return answerOtherwise(response, await pass(), act.body);
    case 'redirect':
      return answer(response, {
        status: 302,
        headers: { location: 'https://elsewhere.example/' },
        body: '',
      });
    default:
      return answer(response, await pass());
  }
}

function answerOtherwise(
  response: ServerResponse,
  real: Answer,
  how: Extract<Act, { type: 'body' }>['body'],
): void | Promise<void> {
  const status = real.status === 204 ? 200 : real.status;
  const { 'content-length': _, ...headers } = real.headers;
  if (how === 'huge' || how === 'drip') {
    response.writeHead(status, headers);
    return how === 'huge' ? flood(response) : drip(response);
  }
  const change = { cut, other, inside }[how];
  return answer(response, { status, headers, body: change(real.body) });
}

function answer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

interface Passed {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

function forward(target: string, { method, url, headers }: Passed, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(`${target}${url}`, { method, headers }, (incoming) => {
      textOf(incoming).then(
        (text) =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
        reject,
      );
    });
    outgoing.on('error', reject).end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
