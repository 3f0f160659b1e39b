import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/**
 * What happens to a request: `cut`: it never arrives, and the connection ends. `lose`: it is carried out, and the connection ends before
 * the answer arrives. `mute`: it is carried out, and no answer ever arrives. `hang`: it never arrives, and nothing ends.
 */
export type Fault = 'cut' | 'lose' | 'mute' | 'hang';

export interface Proxy {
  readonly port: number;
  /** How many requests (pieces that clients sent) have arrived so far. */
  requests: number;
  /** Called for each request. */
  decide: (request: number) => Fault | undefined;
  /** Whether connections are refused. */
  isClosed: boolean;
  /** While true, nothing is passed on in either direction. */
  freeze(isFrozen: boolean): void;
  /** Ends all connections. */
  cut(): void;
  /** Ends everything; done by itself when a test has finished. */
  close(): void;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** A proxy before a server, which loses, cuts and delays what it is told to. */
export async function startProxy(target: number): Promise<Proxy> {
  const proxy = await openProxy(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** The same outside of a test, to be closed. */
export async function openProxy(target: number): Promise<Proxy> {
  const links = new Set<Link>();
  const proxy: Proxy = {
    port: 0,
    requests: 0,
    decide: () => undefined,
    isClosed: false,
    freeze(isFrozen) {
      for (const { client, server } of links)
        for (const socket of [client, server])
          if (isFrozen) socket.pause();
          else socket.resume();
    },
    cut() {
      for (const link of links) end(link);
    },
    close() {
      proxy.cut();
      listener.close();
    },
  };
  const end = ({ client, server }: Link): void => {
    client.destroy();
    server.destroy();
  };
  const listener = createServer((client) => {
    if (proxy.isClosed) return void client.destroy();
    const link = { client, server: connect(target, '127.0.0.1') };
    links.add(link);
    let fault: Fault | undefined;
    client.on('data', (chunk) => {
      if (fault === 'hang') return;
      fault ??= proxy.decide(++proxy.requests);
      if (fault === 'cut') return end(link);
      if (fault !== 'hang') link.server.write(chunk);
    });
    link.server.on('data', (chunk) => {
      if (fault === 'lose') return end(link);
      if (fault !== 'mute') client.write(chunk);
    });
    for (const [socket, other] of [
      [client, link.server],
      [link.server, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        links.delete(link);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return Object.assign(proxy, { port: (listener.address() as AddressInfo).port });
}
