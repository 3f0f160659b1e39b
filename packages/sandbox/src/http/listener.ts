import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Listener {
  /** The base URL; empty where the server listens on a unix socket. */
  readonly url: string;
  /** Ends every connection at once, busy or not. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, with TLS if there is a certificate, or on a unix socket. */
export async function listen(
  listener: RequestListener,
  { socketPath, ...tls }: { socketPath?: string; cert?: string; key?: string } = {},
): Promise<Listener> {
  // Longer than clients keep idle connections, as real servers do: none is closed while it is being reused.
  const options = { keepAliveTimeout: 120_000 };
  const isSecure = tls.cert !== undefined;
  const server = isSecure
    ? createSecureServer({ ...options, ...tls }, listener)
    : createServer(options, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      socketPath === undefined ? { host: '127.0.0.1', port: 0 } : { path: socketPath },
      () => resolve(),
    );
  });
  const address = server.address() as AddressInfo | string;
  return {
    url:
      typeof address === 'string'
        ? ''
        : `${isSecure ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
