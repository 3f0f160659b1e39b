import { createServer, type AddressInfo, type Socket } from 'node:net';

import type { Passage } from '../../http/gate.ts';
import type { Runtime } from '../../runtime.ts';
import { error, field, message, reads, ready, row } from './postgres-protocol.ts';
import type { DatabaseRole, RoleBackend } from './role-backend.ts';

/** A server that speaks as much of PostgreSQL's protocol as a login and `select 1` take. */
export interface RoleServer extends RoleBackend {
  close(): Promise<void>;
}

/** @param pass lets a login go on, or not: faults and latency happen to it */
export async function startRoleServer(
  { clock }: Runtime,
  pass: (username: string) => Promise<Passage>,
): Promise<RoleServer> {
  const roles = new Map<string, DatabaseRole>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    converse(socket, logIn, pass).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
  });

  function logIn(username: string, password: string): DatabaseRole | undefined {
    const role = roles.get(username);
    if (role === undefined || role.password !== password) return undefined;
    const { validUntil } = role;
    return validUntil === null || clock() < Date.parse(validUntil) ? role : undefined;
  }

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async replace(all) {
      roles.clear();
      for (const role of all) roles.set(role.username, role);
    },
    async create(role) {
      roles.set(role.username, role);
    },
    async alter(username, change) {
      const role = roles.get(username);
      if (role !== undefined) roles.set(username, { ...role, ...change });
    },
    async drop(username) {
      roles.delete(username);
    },
    // The sandbox itself knows who owns what.
    reassign: async () => undefined,
    login: async (username, password) => logIn(username, password) !== undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** One client, from its start to its end. */
async function converse(
  socket: Socket,
  logIn: (username: string, password: string) => DatabaseRole | undefined,
  pass: (username: string) => Promise<Passage>,
): Promise<void> {
  let username = '';
  let role: DatabaseRole | undefined;
  for await (const { type, text, parameters } of reads(socket)) {
    if (type === 'encryption') socket.write('N');
    else if (type === 'startup') {
      username = parameters['user'] ?? '';
      socket.write(message('R', 3));
    } else if (type === 'p') {
      const { verdict, note } = await pass(username);
      if (verdict === 'reset') return void socket.resetAndDestroy();
      if (verdict === 'refuse')
        return void socket.end(error('FATAL', '57P03', 'the database system is starting up'));
      role = logIn(username, text);
      note(role !== undefined);
      if (role === undefined)
        return void socket.end(
          error('FATAL', '28P01', `password authentication failed for user "${username}"`),
        );
      socket.write(
        Buffer.concat([
          message('R', 0),
          message('S', 'server_version', '17.5'),
          message('S', 'client_encoding', 'UTF8'),
          message('K', 1, 1),
          ready,
        ]),
      );
    } else if (type === 'Q' && role !== undefined) socket.write(answer(text, role));
    else if (type === 'S') socket.write(ready);
    else if (type === 'X' || role === undefined) return void socket.end();
    else if (type === 'P')
      socket.write(error('ERROR', '0A000', 'the sandbox knows simple queries only'));
  }
}

/** The two queries that tell whether a login works, and whose it is. */
function answer(query: string, { baseUsername }: DatabaseRole): Buffer {
  const text = query.trim().replace(/;$/, '').toLowerCase();
  if (text === '') return Buffer.concat([message('I'), ready]);
  const [, number] = /^select (\d{1,9})$/.exec(text) ?? [];
  const value = number ?? (text === 'select current_user' ? baseUsername : undefined);
  if (value === undefined)
    return Buffer.concat([error('ERROR', '0A000', 'the sandbox has no tables'), ready]);
  const column = number === undefined ? field('current_user', 19) : field('?column?', 23);
  return Buffer.concat([column, row(value), message('C', 'SELECT 1'), ready]);
}
