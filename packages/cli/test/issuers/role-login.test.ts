import { createServer, type AddressInfo, type Socket } from 'node:net';

import { Secret, type Credential } from '@keyturn/core';
import { describe, expect, it, onTestFinished } from 'vitest';

import { makeCertificate } from '../../../http/test/support/certificates.ts';
import { useServer, withServer } from '../../../store-postgres/test/support/server.ts';
import { Api } from '../../../issuer-planetscale/src/api.ts';
import { logIn } from '../../../issuer-planetscale/src/role/login.ts';
import type { RoleBranch } from '../../../issuer-planetscale/src/role/roles.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { call } from '../../../issuer-planetscale/test/support/world.ts';

const PLAIN = 'http://127.0.0.1:9';
const REAL = 'https://api.planetscale.com';

function branch(api = PLAIN): RoleBranch {
  const { context, close } = contextOf({});
  onTestFinished(close);
  const settings = { org: 'acme', server: api, id: 'planetscale-role:acme/ledger/main' };
  const database = 'ledger';
  return {
    api: new Api(settings, context),
    database,
    list: '',
    noun: 'role',
    port: 5432,
    usual: [],
    predecessors: new Map(),
    comparesRights: true,
  };
}

const credential = (host: string, username = 'nobody'): Credential => ({
  token: { id: 'abcdefghijkl', label: 'new', issuedAt: '2026-11-24T09:00:00.000Z' },
  fields: {
    id: 'abcdefghijkl',
    username,
    host,
    database: 'postgres',
    password: new Secret('pscale_pw_CANARY-new'),
  },
});

/** A server that takes connections, and does with each what it is told. */
async function listening(act: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a login', () => {
  it('that cannot be made says nothing about the role', async () => {
    const closed = await failure(logIn(branch(), credential('127.0.0.1:9'), call));
    expect(closed).toMatchObject({ code: 'NETWORK_FAILED' });
    expect(closed.message).toContain('ECONNREFUSED');
    const cut = await listening((socket) => void socket.destroy());
    expect(await failure(logIn(branch(), credential(cut), call))).toMatchObject({
      code: 'NETWORK_FAILED',
    });
  });

  it('ends at once when it is interrupted', async () => {
    const silent = await listening(() => {});
    const interrupting = new AbortController();
    const ending = failure(logIn(branch(), credential(silent), { signal: interrupting.signal }));
    setImmediate(() => interrupting.abort());
    expect(await ending).toMatchObject({ code: 'INTERRUPTED' });
    const error = await failure(
      logIn(branch(), credential(silent), { signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is made over TLS only, unless the API is on this machine as well', async () => {
    const asked: Buffer[] = [];
    const refusing = await listening((socket) => {
      socket.on('data', (data) => {
        asked.push(data);
        socket.write('N');
      });
    });
    const error = await failure(logIn(branch(REAL), credential(refusing), call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED' });
    expect(error.message).toContain('no TLS');
    // SSLRequest, and nothing of the credential.
    expect(Buffer.concat(asked).toString('hex')).toBe('0000000804d2162f');
  });
});

const certificate = makeCertificate('localhost');
const server = await useServer(
  { ssl: 'on' },
  { 'server.key': certificate.key, 'server.crt': certificate.cert },
);
await withServer(async () => {
  describe('a login at a real PostgreSQL', () => {
    it('needs a server that proves who it is', async () => {
      const error = await failure(
        logIn(branch(REAL), credential(`127.0.0.1:${server().port}`), call),
      );
      expect(error).toMatchObject({ code: 'NETWORK_FAILED' });
      expect(error.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    });

    it('tells a role that is refused from a database that is not there', async () => {
      const real = server();
      const one = credential(`127.0.0.1:${real.port}`, 'one');
      expect(await logIn(branch(), one, call)).toBe('rejected');
      await real.sql("create role one login password 'pscale_pw_CANARY-new'");
      expect(await logIn(branch(), one, call)).toEqual([]);
      await real.sql('alter role one nologin');
      expect(await logIn(branch(), one, call)).toBe('rejected');
      await real.sql('alter role one login');
      const elsewhere = { ...one, fields: { ...one.fields, database: 'nowhere' } };
      const error = await failure(logIn(branch(), elsewhere, call));
      expect(error).toMatchObject({ code: 'REMOTE_FAILED' });
      expect(error.message).toContain('3D000');
    });
  });
});
