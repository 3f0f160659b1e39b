import type { DatabaseRole, RoleBackend } from '@keyturn/sandbox';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

import type { Server } from '../../../store-postgres/test/support/server.ts';

/** A database as PlanetScale gives it: its default role is near to a superuser, and everybody has a schema to make tables in. */
export async function prepare(server: Server): Promise<void> {
  await server.sql('grant all on schema public to public');
}

/** Makes PlanetScale's roles in a real PostgreSQL. It has no proxy, so they have their names with the branch. */
export function postgresRoles(server: Server): RoleBackend {
  const made = new Set<string>();
  const sql = (text: string): Promise<unknown> => server.sql(text);
  const create = async (role: DatabaseRole): Promise<void> => {
    const name = escapeIdentifier(role.username);
    const until = role.validUntil === null ? '' : ` valid until ${escapeLiteral(role.validUntil)}`;
    const replication = role.withReplication ? ' replication' : '';
    await sql(
      `create role ${name} login${replication} password ${escapeLiteral(role.password)}${until}`,
    );
    made.add(role.username);
    for (const inherited of role.inheritedRoles)
      await sql(
        `grant ${escapeIdentifier(inherited === 'postgres' ? 'admin' : inherited)} to ${name}`,
      );
  };
  const drop = async (username: string): Promise<void> => {
    await sql(`drop role ${escapeIdentifier(username)}`);
    made.delete(username);
  };
  return {
    host: `127.0.0.1:${server.port}`,
    create,
    drop,
    async replace(roles) {
      for (const username of made) {
        await sql(`drop owned by ${escapeIdentifier(username)}`);
        await drop(username);
      }
      for (const role of roles) await create(role);
    },
    async alter(username, { password, validUntil }) {
      const name = escapeIdentifier(username);
      if (password !== undefined)
        await sql(`alter role ${name} password ${escapeLiteral(password)}`);
      if (validUntil !== undefined)
        await sql(`alter role ${name} valid until ${escapeLiteral(validUntil ?? 'infinity')}`);
    },
    async reassign(username, successor) {
      const [from, to] = [username, successor].map((one) => escapeIdentifier(one));
      await sql(`reassign owned by ${from} to ${to}`);
    },
    async login(username, password) {
      const rows = await as(server, username, password, 'select 1 as one').catch(() => undefined);
      return rows?.[0]?.['one'] === 1;
    },
  };
}

/** Runs a statement as a role. */
export async function as(
  { port }: Server,
  user: string,
  password: string,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user,
    password,
    database: 'postgres',
    ssl: false,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
