import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Listener } from './listener.ts';

const REFUSED = `HTTP/1.1 407 Proxy Authentication Required\r
Proxy-Authenticate: Basic realm="sandbox"\r
Content-Length: 0\r
Connection: close\r
\r
`;
const UNKNOWN = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/**
 * A proxy as companies have them: it asks for a password, and knows hosts that nobody else does. It only tunnels (CONNECT).
 *
 * @param login `USER:PASSWORD`
 * @param portOf the port of this machine that a host stands for
 */
export async function startProxy(
  login: string,
  portOf: (host: string) => number | undefined,
): Promise<Listener> {
  const expected = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(405).end());
  const open = new Set<Duplex>();
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    open.add(client);
    client.on('close', () => open.delete(client)).on('error', () => client.destroy());
    if (request.headers['proxy-authorization'] !== expected) return void client.end(REFUSED);
    const port = portOf((request.url ?? '').replace(/:443$/, ''));
    if (port === undefined) return void client.end(UNKNOWN);
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    open.add(target);
    target.on('close', () => client.destroy()).on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${login.split(':').map(encodeURIComponent).join(':')}@127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const one of open) one.destroy();
      }),
  };
}
