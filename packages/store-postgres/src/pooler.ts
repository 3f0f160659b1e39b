import type { Session } from './session.ts';

/**
 * Whether a pooler gives the transactions of one client to several sessions of the server, so that a lock of a session means nothing.
 * A second client has a transaction open: a pooler of that kind serves it with the session that the first one has just used, or serves
 * the first one with another session from then on.
 */
export async function isPooled(
  session: Session,
  pid: string,
  another: () => Promise<Session>,
): Promise<boolean> {
  const other = await another();
  try {
    await other.run('begin');
    const second = await pidOf(other);
    if (second === pid) return true;
    return (await pidOf(session)) !== pid;
  } finally {
    await other.run('rollback').catch(() => {});
    await other.end();
  }
}

async function pidOf(session: Session): Promise<string | null | undefined> {
  const [row] = await session.run('select pg_backend_pid()::text as pid');
  return row?.['pid'];
}
