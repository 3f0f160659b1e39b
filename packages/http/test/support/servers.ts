import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';

import { onTestFinished } from 'vitest';

/** A step of a server that answers its requests one after the other; the last one is repeated. */
export type Step = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: {
    method: string;
    url: string;
    headers: Record<string, unknown>;
    body: string;
  }[];
}

/** Serves the steps in order until the test ends. */
export async function serve(...steps: Step[]): Promise<ScriptedServer> {
  const { requests, listener } = scripted(steps);
  return { url: `http://127.0.0.1:${await listen(createServer(listener))}`, requests };
}

export async function serveTls(
  certificate: { key: string; cert: string },
  ...steps: Step[]
): Promise<ScriptedServer & { port: number }> {
  const { requests, listener } = scripted(steps);
  const port = await listen(createHttpsServer(certificate, listener));
  return { url: `https://localhost:${port}`, port, requests };
}

/** Serves HTTP/2 and HTTP/1.1, and tells which version each request has; returns the port. */
export function serveHttp2(
  certificate: { key: string; cert: string },
  onRequest: (version: string) => void,
): Promise<number> {
  const options = { ...certificate, allowHTTP1: true };
  return listen(
    createSecureServer(options, ({ httpVersion }, response) => {
      onRequest(httpVersion);
      response.end();
    }),
  );
}

/** Serves raw sockets; returns the port. */
export function serveRaw(onSocket: (socket: Socket) => void, host?: string): Promise<number> {
  return listen(createRawServer(onSocket), host);
}

/** A port that refuses connections. */
export async function closedPort(): Promise<number> {
  const server = createRawServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function answer(status: number, body = '', headers: Record<string, string> = {}): Step {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** Takes the request and breaks the connection. */
export const reset: Step = (_, request) => void request.socket.destroy();

/** Takes the request and never answers. */
export const silence: Step = () => {};

function scripted(steps: Step[]): {
  requests: ScriptedServer['requests'];
  listener: RequestListener;
} {
  const requests: ScriptedServer['requests'] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body });
      const step = steps[Math.min(requests.length, steps.length) - 1];
      step?.(response, request);
    });
  };
  return { requests, listener };
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  };
  server.on('connection', track).on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
