import { once } from 'node:events';
import type { Socket } from 'node:net';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { Connections } from '../src/connections.ts';
import { withDefaults } from '../src/options.ts';
import { VirtualClock } from './support/clock.ts';
import { failure, http } from './support/http.ts';
import { serveRaw } from './support/servers.ts';

describe('a connection', () => {
  it('that does not come about in time is closed', async () => {
    const sockets: Socket[] = [];
    const port = await serveRaw((socket) => sockets.push(socket.resume()));
    const { fetch } = http({ retries: 0, deadlines: { connectMs: 200 } });
    const error = await failure(fetch(`https://127.0.0.1:${port}`));
    expect(error.code).toBe('TIMED_OUT');
    const [socket] = sockets;
    if (socket?.destroyed === false) await once(socket, 'close');
    expect(sockets).toHaveLength(1);
  });

  it('may lead to an address of IPv6', async () => {
    const port = await serveRaw((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    }, '::1');
    expect((await http().fetch(`http://[::1]:${port}`)).status).toBe(204);
  });

  it('is of another kind once there are many requests', async () => {
    const clock = new VirtualClock();
    const settings = withDefaults({ clock, random: () => 0, env: {}, few: 2 });
    const connections = new Connections(settings);
    onTestFinished(() => connections.close());
    const url = new URL('https://api.keyturn.test/');
    const wires: unknown[] = [];
    for (let i = 0; i < 4; i++) wires.push(await connections.for(url));
    expect(wires.map((wire) => wires.indexOf(wire))).toEqual([0, 0, 2, 2]);
  });

  it('stays of the first kind if the other one cannot be loaded any more', async () => {
    vi.doMock('undici', () => {
      throw new Error('the packages were replaced');
    });
    onTestFinished(() => vi.doUnmock('undici'));
    const port = await serveRaw((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    });
    const { fetch } = http({ few: 1 });
    for (let i = 0; i < 3; i++) expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(204);
  });
});
