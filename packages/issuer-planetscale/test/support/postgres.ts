import { postgresRoles, type RoleBackend } from '@keyturn/sandbox';
import { Client } from 'pg';

/** A PostgreSQL that a test started. */
interface Server {
  readonly port: number;
  /** Runs statements as a superuser. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** PlanetScale's roles in a real PostgreSQL. */
export function rolesIn(server: Server): RoleBackend {
  return postgresRoles({
    host: `127.0.0.1:${server.port}`,
    query: (sql) => server.sql(sql),
    async login(username, password) {
      const rows = await as(server, username, password, 'select 1 as one').catch(() => undefined);
      return rows?.[0]?.['one'] === 1;
    },
  });
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
