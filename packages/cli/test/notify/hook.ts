import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on loopback, for one test. */
export interface Hook {
  readonly url: string;
  readonly received: Received[];
  /** The events among what was received, in order. */
  readonly events: () => string[];
}

/** @param answer what it does with a request once it was read; 200 by default, and nothing for one that hangs */
export async function startHook(
  answer: (response: ServerResponse) => void = (response) => response.end(),
): Promise<Hook> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body });
      answer(response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook-path`,
    received,
    events: () => received.map(({ body }) => JSON.parse(body).event ?? 'no event'),
  };
}
