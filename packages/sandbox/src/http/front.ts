import { mkdir, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';

import { makeCertificates } from './certificate.ts';
import { listen, type Listener } from './listener.ts';
import { startProxy } from './proxy.ts';

/** How clients reach the providers' servers. */
export interface Front {
  /** Serves a provider, and says at which base URL. */
  serve(name: string, listener: RequestListener): Promise<string>;
  /** What a client needs to know besides. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Only the proxy knows this domain (RFC 6761 reserves `test`). */
const hostOf = (name: string): string => `${name.toLowerCase()}.sandbox.test`;

/**
 * Puts TLS in front of the servers, and a proxy in front of that if a login for one is given.
 *
 * @param folder gets `ca.pem`, the certificate of the authority
 * @throws {NodeJS.ErrnoException} if the folder cannot be written
 */
export async function openFront(
  folder: string,
  names: readonly string[],
  login: string | undefined,
  now: number,
): Promise<Front> {
  const { ca, cert, key } = makeCertificates(['127.0.0.1', 'localhost', ...names.map(hostOf)], now);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'ca.pem');
  await writeFile(file, ca);
  const ports = new Map<string, number>();
  const open: Listener[] = [];
  const proxy =
    login === undefined ? undefined : await startProxy(login, (host) => ports.get(host));
  if (proxy !== undefined) open.push(proxy);
  return {
    env: {
      NODE_EXTRA_CA_CERTS: file,
      ...(proxy !== undefined && { HTTPS_PROXY: proxy.url }),
    },
    async serve(name, listener) {
      const one = await listen(listener, { cert, key });
      open.push(one);
      ports.set(hostOf(name), Number(new URL(one.url).port));
      return proxy === undefined ? one.url : `https://${hostOf(name)}`;
    },
    async close() {
      await Promise.all(open.map((one) => one.close()));
    },
  };
}
