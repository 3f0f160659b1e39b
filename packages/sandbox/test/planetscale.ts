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
