import { KeyturnError } from '@keyturn/core';
import type { StoreReport } from '@keyturn/core/ledger';

import { type Connector, weaknessOf } from './connect.ts';
import { failed } from './failure.ts';
import { interruptedBy } from './interrupt.ts';
import type { Location } from './location.ts';
import {
  notSynced,
  privilegesMissing,
  replicaFound,
  schemaNotCreatable,
  sentInPlain,
  serverUnverified,
  storeFailed,
} from './messages.ts';
import type { Schema } from './migrations.ts';
import type { Session } from './session.ts';
import type { Tables } from './tables.ts';

/** What a run does with each table. */
const NEEDED = {
  migrations: ['SELECT'],
  records: ['SELECT', 'INSERT'],
  locks: ['SELECT', 'INSERT', 'UPDATE'],
  claims: ['SELECT', 'INSERT'],
} as const;

export interface CheckMeans {
  readonly connector: Connector;
  readonly schema: Schema;
  readonly tables: Tables;
  readonly location: Location;
  readonly where: string;
}

/** Reports whether a run could keep ledgers in the database. Only reads. */
export async function checkDatabase(
  means: CheckMeans,
  signal: AbortSignal | undefined,
): Promise<StoreReport> {
  const { connector, location, where } = means;
  const weakness = weaknessOf(location);
  const warnings = [
    ...(weakness === 'plain' ? [sentInPlain(where)] : []),
    ...(weakness === 'unverified' ? [serverUnverified(where)] : []),
  ];
  let session: Session | undefined;
  try {
    const opened = await connector.connect('read', signal);
    session = opened;
    const { isSynced, problems } = await interruptedBy(opened, signal, () =>
      inspect(opened, means),
    );
    return {
      location: where,
      warnings: isSynced ? warnings : [...warnings, notSynced(where)],
      problems,
    };
  } catch (error) {
    const problem = failed(where, error);
    if (!KeyturnError.is(problem)) throw problem;
    return { location: where, warnings, problems: [problem] };
  } finally {
    await session?.end();
  }
}

async function inspect(
  session: Session,
  { connector, schema, tables, where }: CheckMeans,
): Promise<{ readonly isSynced: boolean; readonly problems: readonly KeyturnError[] }> {
  await connector.refusePooler(session, session.pid);
  const [server = {}] = await session.run(
    `select pg_is_in_recovery() as replica, current_setting('fsync') as fsync,
      current_setting('transaction_read_only') as read_only,
      exists (select from pg_namespace where nspname = $1) as there,
      has_database_privilege(current_database(), 'CREATE') as may_create,
      coalesce((select has_schema_privilege(oid, 'CREATE') from pg_namespace where nspname = $1), false)
        as may_create_in`,
    [tables.schema],
  );
  const isSynced = server['fsync'] !== 'off';
  if (server['replica'] === 't') return { isSynced, problems: [replicaFound(where)] };
  if (server['read_only'] === 'on')
    return { isSynced, problems: [storeFailed(where, { sqlstate: '25006' }, 'none')] };
  const isMade = await schema.isThere(session);
  const missing = isMade ? await privilegesLacking(session, tables) : [];
  const mayMake = server['there'] === 't' ? server['may_create_in'] : server['may_create'];
  const problems = [
    ...(!isMade && mayMake !== 't' ? [schemaNotCreatable(where, tables.schema)] : []),
    ...(missing.length > 0 ? [privilegesMissing(where, missing)] : []),
  ];
  return { isSynced, problems };
}

async function privilegesLacking(session: Session, tables: Tables): Promise<string[]> {
  const wanted = Object.entries(NEEDED).flatMap(([table, privileges]) =>
    privileges.map((privilege) => [table, privilege] as const),
  );
  const rows = await session.run(
    `select name, privilege from unnest($2::text[], $3::text[]) as wanted (name, privilege)
      where not has_table_privilege(format('%I.%I', $1::text, name), privilege)`,
    [tables.schema, wanted.map(([table]) => table), wanted.map(([, privilege]) => privilege)],
  );
  return rows.map(({ name, privilege }) => `${privilege} on ${tables.schema}.${name}`);
}
