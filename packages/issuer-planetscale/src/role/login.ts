import { codeOf, reveal, type CallOptions, type Credential } from '@keyturn/core';
import type pg from 'pg';

import { hostOf, isPlain } from '../branch/host.ts';
import * as messages from '../messages.ts';
import { UNANSWERABLE, type Statement } from './rights.ts';
import type { RoleBranch } from './roles.ts';

/** Milliseconds. */
const CONNECTING = 10_000;
const ANSWERING = 15_000;

/** PostgreSQL's codes for a login that is refused: a wrong password, a role that does not exist or may not log in. */
const REFUSED = ['28P01', '28000'];

export type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * Logs in with a new role and runs one statement, over TLS unless it is on this machine. The server has to prove who it is.
 *
 * @param statement another one, whose rows are returned; none if the server cannot answer it
 * @throws {KeyturnError} if nothing can be said about the role. It contains codes only: what servers and libraries say may contain values
 */
export async function logIn(
  branch: RoleBranch,
  credential: Credential,
  call: CallOptions,
  statement?: Statement,
): Promise<Rows | 'rejected'> {
  const { default: library } = await import('pg');
  const { where, config } = configFor(branch, credential);
  const client = new library.Client(config);
  client.on('error', () => {});
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } })
    .connection;
  const interrupt = (): void => stream.destroy();
  call.signal.addEventListener('abort', interrupt, { once: true });
  try {
    await client.connect();
    await client.query('select 1');
    return statement === undefined ? [] : await rowsOf(client, statement);
  } catch (error) {
    const code = sqlstateOf(error);
    if (code !== undefined && REFUSED.includes(code)) return 'rejected';
    if (call.signal.aborted) throw messages.loginInterrupted(where);
    throw messages.loginFailed(where, code, otherCodeOf(error));
  } finally {
    call.signal.removeEventListener('abort', interrupt);
    await client.end().catch(() => {});
    stream.destroy();
  }
}

async function rowsOf(client: pg.Client, { text, values }: Statement): Promise<Rows> {
  try {
    return (await client.query<Record<string, unknown>>(text, [...values])).rows;
  } catch (error) {
    if (sqlstateOf(error) === UNANSWERABLE) return [];
    throw error;
  }
}

/** Everything is passed explicitly: the library would take what is missing from the environment of the process. */
function configFor(
  { api, port }: RoleBranch,
  { fields }: Credential,
): { readonly where: string; readonly config: pg.ClientConfig } {
  const address = hostOf(reveal(fields['host'] ?? ''));
  if (address === undefined) throw messages.hostUnknown(api.id);
  const { hostname } = new URL(`https://${address}`);
  const [, own] = /:(\d+)$/.exec(address) ?? [];
  const config = {
    host: hostname,
    port: own === undefined ? port : Number(own),
    user: reveal(fields['username'] ?? ''),
    password: reveal(fields['password'] ?? ''),
    database: reveal(fields['database'] ?? ''),
    ssl: isPlain(address, api)
      ? false
      : { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    sslnegotiation: 'postgres' as const,
    application_name: 'keyturn',
    options: '',
    connectionTimeoutMillis: CONNECTING,
    query_timeout: ANSWERING,
  };
  return { where: messages.loginOf(api.id, address), config };
}

/** PostgreSQL's code of an error; undefined if the server did not send one. */
function sqlstateOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
}

function otherCodeOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  const text = error instanceof Error ? error.message : '';
  if (/timeout/i.test(text)) return 'ETIMEDOUT';
  return /SSL|TLS/.test(text) ? 'no TLS' : 'no answer';
}
