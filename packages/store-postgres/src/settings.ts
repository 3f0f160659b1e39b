import type { Session, Timeouts } from './session.ts';

/** Settings of a session, by their names in PostgreSQL. */
export type Settings = Readonly<Record<string, string>>;

/** Milliseconds after which the server ends the session of a lock that it hears nothing of. */
const SILENCE = 60_000;

/** The server notices within half a minute that a machine is gone, and within {@link SILENCE} that a process was stopped. */
export const LEASE_SETTINGS: Settings = {
  idle_session_timeout: String(SILENCE),
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '25000',
};

/** Whatever the defaults of role and database are. */
export function settingsOf({ statement }: Timeouts): Settings {
  return {
    search_path: 'pg_catalog',
    default_transaction_isolation: 'read committed',
    statement_timeout: String(statement),
    lock_timeout: String(statement),
    idle_in_transaction_session_timeout: String(statement),
    idle_session_timeout: '0',
  };
}

export interface Server {
  readonly pid: string;
  /** `180004`. */
  readonly version: number;
  readonly encoding: string;
}

/** Sets up a session if it is served by the process `pid`, and shows which one serves it. One round trip. */
export async function settle(session: Session, pid: string, settings: Settings): Promise<Server> {
  const entries = Object.entries(settings);
  const pairs = entries.map((_, index) => `($${index * 2 + 2}, $${index * 2 + 3})`);
  const [row = {}] = await session.run(
    `select pg_backend_pid()::text as pid, current_setting('server_version_num') as version,
      current_setting('server_encoding') as encoding,
      case when pg_backend_pid() = $1::integer then (
        select count(set_config(name, value, false))
        from (values ${pairs.join(', ')}) as given (name, value)
        where name in (select name from pg_settings)
      ) end as set,
      case when pg_backend_pid() = $1::integer and current_setting('synchronous_commit') <> 'remote_apply'
        then set_config('synchronous_commit', 'on', false) end as durable`,
    [pid, ...entries.flat()],
  );
  return {
    pid: row['pid'] ?? '',
    version: Number(row['version']),
    encoding: row['encoding'] ?? '',
  };
}
