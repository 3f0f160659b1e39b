import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listener {
  /** The base URL; empty where the server listens on a unix socket. */
  readonly url: string;
  /** Ends every connection at once, busy or not. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, or on a unix socket. */
export async function listen(listener: RequestListener, socketPath?: string): Promise<Listener> {
  // Longer than clients keep idle connections, as real servers do: none is closed while it is being reused.
  const server = createServer({ keepAliveTimeout: 120_000 }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(
      socketPath === undefined ? { host: '127.0.0.1', port: 0 } : { path: socketPath },
      () => resolve(),
    );
  });
  const address = server.address() as AddressInfo | string;
  return {
    url: typeof address === 'string' ? '' : `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
