import { connect } from 'node:net';

import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { DatabaseRole, RoleBackend } from '../src/index.ts';
import { logIn } from './planetscale.ts';
import { control, planetscale, sandbox } from './support.ts';

const ROLES = '/organizations/acme/databases/ledger/branches/main/roles';

describe('the server that Postgres roles log in to', () => {
  it('answers a number and the user, and nothing else', async () => {
    const box = await sandbox();
    const [role] = box.state().planetscale?.orgs?.['acme']?.roles ?? [];
    const { hostname, port } = new URL(box.urls.planetscalePostgres);
    const { username: user, password } = role ?? {};
    const database = new Client({ host: hostname, port: Number(port), user, password });
    await database.connect();
    onTestFinished(() => database.end());
    expect((await database.query('SELECT 1;')).rows).toEqual([{ '?column?': 1 }]);
    expect((await database.query('select current_user')).rows).toEqual([
      { current_user: 'postgres' },
    ]);
    await expect(database.query('select * from t')).rejects.toThrow('no tables');
    await expect(database.query('select $1', ['a'])).rejects.toThrow('simple queries');
    expect((await database.query('select 2')).rows).toHaveLength(1);
  });

  it('takes a message in pieces, and closes on nonsense', async () => {
    const box = await sandbox();
    const { hostname, port } = new URL(box.urls.planetscalePostgres);
    const open = () => connect({ host: hostname, port: Number(port) });
    const socket = open();
    onTestFinished(() => void socket.destroy());
    const start = Buffer.from('user\0a\0\0');
    const head = Buffer.alloc(8);
    head.writeUInt32BE(start.length + 8, 0);
    head.writeUInt32BE(196_608, 4);
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    for (const byte of Buffer.concat([head, start])) socket.write(Buffer.from([byte]));
    expect((await answer).toString('latin1', 0, 1)).toBe('R');
    const closed = open();
    const end = new Promise((resolve) => closed.on('error', () => {}).once('close', resolve));
    closed.write('GET / HTTP/1.1\r\n\r\n');
    await end;
  });

  it('may be another one', async () => {
    const calls: unknown[][] = [];
    const known = new Map<string, DatabaseRole>();
    const roles: RoleBackend = {
      host: '127.0.0.1:5999',
      replace: async (all) => {
        calls.push(['replace', all.length]);
      },
      create: async (role) => {
        calls.push(['create', role.username]);
        known.set(role.username, role);
      },
      alter: async (username, change) => {
        calls.push(['alter', username, Object.keys(change)]);
      },
      drop: async (username) => {
        calls.push(['drop', username]);
        if (calls.filter(([name]) => name === 'drop').length === 1) throw new Error('in use');
      },
      reassign: async (...both) => {
        calls.push(['reassign', ...both]);
      },
      login: async (username, password) => known.get(username)?.password === password,
    };
    const box = await sandbox({ roles });
    expect(box.urls.planetscalePostgres).toBe('postgresql://127.0.0.1:5999');
    const api = planetscale(box);
    const create = async () => {
      const { body } = await api('POST', ROLES, { ttl: 60 });
      for (const _ of [1, 2]) await api('GET', `${ROLES}/${body.id}`);
      return body;
    };
    const [old, fresh] = [await create(), await create()];
    expect(old.access_host_url).toBe('127.0.0.1:5999');
    await api('POST', `${ROLES}/${old.id}/renew`);
    await api('POST', `${ROLES}/${old.id}/reset`);
    for (const failed of ['in use', null]) {
      await api('DELETE', `${ROLES}/${old.id}?successor=${fresh.id}`);
      await api('GET', `${ROLES}/${old.id}`);
      expect((await api('GET', `${ROLES}/${old.id}`)).body.drop_failed).toBe(failed);
    }
    const user = old.username;
    expect(calls).toEqual([
      ['replace', 2],
      ['create', user],
      ['create', fresh.username],
      ['alter', user, ['validUntil']],
      ['alter', user, ['password']],
      ['reassign', user, fresh.username],
      ['drop', user],
      ['reassign', user, fresh.username],
      ['drop', user],
    ]);
  });

  it('records logins, and faults happen to them', async () => {
    const box = await sandbox();
    const [role] = box.state().planetscale?.orgs?.['acme']?.roles ?? [];
    const { username = '', password = '' } = role ?? {};
    const fault = (action: object) => ({
      provider: 'planetscale',
      method: 'LOGIN',
      times: 1,
      action,
    });
    await control(box)('POST', '/faults', [fault({ status: 503 }), fault({ reset: true })]);
    expect(await logIn(box, username, password)).toBe('57P03');
    expect(await logIn(box, username, password)).toMatch(/ECONNRESET|terminated/);
    expect(await logIn(box, username, password)).toBe('postgres');
    expect(await logIn(box, username, 'x')).toBe('28P01');
    const { body } = await control(box)('GET', '/requests');
    expect(
      body.map(({ method, path, status }: Record<string, unknown>) => [method, path, status]),
    ).toEqual([503, null, 200, 401].map((status) => ['LOGIN', `/${username}`, status]));
    expect(JSON.stringify(body)).not.toContain(password);
  });

  it('says which login it refuses', async () => {
    expect(await logIn(await sandbox(), 'nobody', 'x')).toBe('28P01');
  });
});
