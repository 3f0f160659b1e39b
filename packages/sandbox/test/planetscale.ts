import { Client } from 'pg';

import type { Sandbox } from '../src/index.ts';
import { client, type Reply } from './support.ts';

/** Sends a query as `@planetscale/database` does. */
export function query(
  box: Sandbox,
  username: string,
  password: string,
  text = 'select 1',
): Promise<Reply> {
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  const api = client(box.urls.planetscaleQuery, `Basic ${login}`);
  return api('POST', '/psdb.v1alpha1.Database/Execute', { query: text, session: null });
}

/** Logs in to PostgreSQL: who that is, or the code of the error. */
export async function logIn(box: Sandbox, username: string, password: string): Promise<string> {
  const { hostname, port } = new URL(box.urls.planetscalePostgres);
  const database = new Client({ host: hostname, port: Number(port), user: username, password });
  try {
    await database.connect();
    const { rows } = await database.query<{ current_user: string }>('select current_user');
    return rows[0]?.current_user ?? '';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await database.end().catch(() => undefined);
  }
}
