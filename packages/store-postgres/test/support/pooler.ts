import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

import type { Server } from './server.ts';
import { connectAdmin } from './start.ts';

export interface PoolerOptions {
  /** `transaction`: a session of the server for each transaction. `session`: one for as long as a client is connected. */
  readonly mode: 'transaction' | 'session';
  /** Which of the free sessions is next: the one that was used last, as PgBouncer does it, or the one that waits longest. */
  readonly order?: 'last' | 'first';
  /** Announces the process of the server that it connected first, and not a number of its own. */
  readonly announces?: 'itself' | 'server';
  /** How many sessions of the server it has. */
  readonly sessions?: number;
}

interface Backend {
  readonly socket: Socket;
  readonly pid: number;
}

const KNOWN = ['user', 'database', 'application_name', 'client_encoding'];

/** A small pooler, on a free port. Speaks just enough of the protocol. Everybody may connect. */
export async function startPooler(
  server: Server,
  { mode, order = 'last', announces = 'itself', sessions = 6 }: PoolerOptions,
): Promise<number> {
  const free = await Promise.all(Array.from({ length: sessions }, () => connectBackend(server)));
  const all = [...free];
  const clients = new Set<Socket>();
  const waiting: (() => void)[] = [];

  const acquire = async (): Promise<Backend> => {
    for (;;) {
      const backend = order === 'last' ? free.pop() : free.shift();
      if (backend !== undefined) return backend;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };

  const listener = createServer((client) => {
    clients.add(client);
    let isGreeted = false;
    let backend: Backend | undefined;
    let assigning: Promise<void> | undefined;
    const giveBack = (): void => {
      if (backend === undefined) return;
      backend.socket.removeAllListeners('data');
      free.push(backend);
      backend = undefined;
      waiting.shift()?.();
    };
    const assign = async (): Promise<void> => {
      const found = await acquire();
      backend = found;
      let unread: Buffer = Buffer.alloc(0);
      found.socket.on('data', (chunk: Buffer) => {
        client.write(chunk);
        unread = Buffer.concat([unread, chunk]);
        while (unread.length >= 5 && unread.length > unread.readInt32BE(1)) {
          const length = unread.readInt32BE(1) + 1;
          // ReadyForQuery, outside of a transaction.
          const isIdle = unread[0] === 0x5a && unread[5] === 0x49;
          unread = unread.subarray(length);
          if (isIdle && mode === 'transaction') giveBack();
        }
      });
    };
    const pass = async (chunk: Buffer): Promise<void> => {
      if (!isGreeted) {
        isGreeted = true;
        const names = chunk
          .subarray(8)
          .toString()
          .split('\0')
          .filter((_, at) => at % 2 === 0);
        const unknown = names.find((name) => name !== '' && !KNOWN.includes(name));
        if (unknown !== undefined) return void client.end(refusal(unknown));
        const [first] = all;
        client.write(greeting(announces === 'server' ? (first?.pid ?? 0) : 1_000_000));
        return;
      }
      // Terminate.
      if (chunk[0] === 0x58) return void client.end();
      if (backend === undefined) await assign();
      backend?.socket.write(chunk);
    };
    client.on('data', (chunk: Buffer) => {
      assigning = (assigning ?? Promise.resolve()).then(() => pass(chunk));
    });
    client.on('error', () => {});
    client.on('close', () => {
      clients.delete(client);
      if (mode === 'session' && backend !== undefined) reset(backend, giveBack);
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    for (const socket of [...clients, ...all.map((one) => one.socket)]) socket.destroy();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}

async function connectBackend({ port }: Server): Promise<Backend> {
  const client = await connectAdmin(port);
  const { connection, processID } = client as unknown as {
    connection: { stream: Socket };
    processID: number;
  };
  const { stream: socket } = connection;
  socket.removeAllListeners('data');
  return { socket, pid: processID };
}

/** As PgBouncer does it before another client gets the session. */
function reset(backend: Backend, then: () => void): void {
  backend.socket.removeAllListeners('data');
  backend.socket.once('data', then);
  backend.socket.write(message('Q', Buffer.from('DISCARD ALL\0')));
}

function greeting(pid: number): Buffer {
  const key = Buffer.alloc(8);
  key.writeInt32BE(pid);
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    message('S', Buffer.from('server_encoding\0UTF8\0')),
    message('K', key),
    message('Z', Buffer.from('I')),
  ]);
}

function refusal(name: string): Buffer {
  const text = `SFATAL\0C08P01\0Munsupported startup parameter: ${name}\0\0`;
  return message('E', Buffer.from(text));
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
