import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makeCertificate } from '../../http/test/support/certificates.ts';
import { useServer, withServer } from './support/server.ts';
import { calm, freshSchema, locationOf, openStore } from './support/stores.ts';

const { key, cert } = makeCertificate('localhost');
const server = await useServer(
  { ssl: 'on', ssl_cert_file: 'test.crt', ssl_key_file: 'test.key' },
  {
    'test.crt': cert,
    'test.key': key,
    'pg_hba.conf':
      'local all all scram-sha-256\nhostssl all only_tls all scram-sha-256\nhost all admin all scram-sha-256\n',
  },
);

async function connect(host: string, query: Readonly<Record<string, string>>) {
  const location = locationOf(server(), freshSchema(), { host, query });
  const store = openStore(location, { directory: server().folder });
  await store.now(calm);
  return store;
}

await withServer(async () => {
  describe('a server with a certificate', () => {
    it('is believed if its authority is trusted, and its name is that of the location', async () => {
      await writeFile(join(server().folder, 'ca.pem'), cert);
      const query = { sslmode: 'verify-full', sslrootcert: 'ca.pem' };
      await connect('localhost', query);
      await expect(connect('127.0.0.1', query)).rejects.toMatchObject({
        code: 'STATE_FAILED',
        message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
        hint: expect.stringContaining('host name'),
      });
    });

    it('is not believed if nobody vouches for it', async () => {
      await expect(connect('localhost', { sslmode: 'verify-full' })).rejects.toMatchObject({
        code: 'STATE_FAILED',
        message: expect.stringContaining('not trusted'),
        hint: expect.stringContaining('sslrootcert'),
      });
      await expect(
        connect('localhost', { sslmode: 'verify-full', sslrootcert: 'missing.pem' }),
      ).rejects.toMatchObject({ message: expect.stringContaining('missing.pem') });
    });

    it('is encrypted without proof if the user says so', async () => {
      const store = await connect('localhost', { sslmode: 'require' });
      const [row] = await server().sql(
        "select count(*)::int as count from pg_stat_ssl join pg_stat_activity using (pid) where ssl and application_name = 'keyturn'",
      );
      expect(row).toEqual({ count: 1 });
      await store.close();
    });

    it('that wants TLS says so to who does not', async () => {
      await server().sql("create role only_tls login password 'a password for tests'");
      const location = locationOf(server(), freshSchema(), {
        user: 'only_tls',
        password: 'a password for tests',
      });
      await expect(openStore(location).now(calm)).rejects.toMatchObject({
        code: 'STATE_FAILED',
        hint: expect.stringContaining('sslmode'),
      });
    });
  });
});

describe('a server without TLS', () => {
  it('gets neither the user nor the password', async () => {
    let heard = '';
    const plain = createServer((socket) => {
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        socket.write('N');
      });
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    onTestFinished(() => void plain.close());
    const { port } = plain.address() as AddressInfo;
    const store = openStore({
      host: '127.0.0.1',
      port,
      database: 'x',
      user: 'ana',
      password: undefined,
      schema: 'keyturn',
      encryption: 'verified',
      rootCertificate: undefined,
      timeout: 1000,
    });
    await expect(store.now(calm)).rejects.toMatchObject({
      code: 'STATE_FAILED',
      message: expect.stringContaining('does not support TLS'),
    });
    // The question whether it supports TLS: eight bytes.
    expect(heard).toHaveLength(8);
  });
});
