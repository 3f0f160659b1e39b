import { createServer, type AddressInfo } from 'node:net';

import { Secret } from '@keyturn/core';
import { expect, it, onTestFinished } from 'vitest';

import { Api } from '../../src/api.ts';
import { verify } from '../../src/password/verify.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { call } from '../support/world.ts';

it.each([
  ['https://api.planetscale.com', 0x16],
  ['http://127.0.0.1:9', 'P'.codePointAt(0)],
])('a query is encrypted unless the API is on this machine as well: %s', async (url, first) => {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        received.push(data);
        socket.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { context, close } = contextOf({});
  onTestFinished(close);
  const api = new Api(
    { org: 'acme', server: url, id: 'planetscale-password:acme/shop/main' },
    context,
  );
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const password = new Secret('pscale_pw_CANARY-new');
  const credential = {
    token: { id: 'abcdefghijkl', label: 'new', issuedAt: '2026-11-24T09:00:00.000Z' },
    fields: { username: 'user', password, host },
  };
  const branch = { api, database: 'shop', list: '', noun: 'password' } as const;
  const error = await failure(verify(branch, credential, [], call));
  expect(error.code).toBe('NETWORK_FAILED');
  expect(received[0]?.[0]).toBe(first);
  const secret = Buffer.from('user:pscale_pw_CANARY-new').toString('base64');
  expect(Buffer.concat(received).includes(secret)).toBe(first !== 0x16);
});
