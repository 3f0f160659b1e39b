import type { CallOptions } from '@keyturn/core';

import { readOne } from '../branch/list.ts';
import type { Branch } from '../branch/options.ts';

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

/** PostgreSQL's code of a server that cannot answer: it is not implemented. */
export const UNANSWERABLE = '0A000';

/**
 * What a role that is `$1` or `$2` may do with tables, views, sequences, functions and schemas, and the role that asks may not: at most
 * three of them, and how many there are. Rights that are granted by SQL belong to one role, and the API does not show them.
 *
 * A sequence can be used with either of two rights, of which `pg_write_all_data` gives one.
 */
const LOST = `
with old as (select oid from pg_catalog.pg_roles where rolname in ($1, $2) limit 1),
schemas as (
  select oid, nspname from pg_catalog.pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
),
rights (verb, may_old, may_new, thing) as (
  select verb, has_table_privilege(old.oid, c.oid, verb), has_table_privilege(c.oid, verb),
    format('%I.%I', s.nspname, c.relname)
  from old, schemas s, pg_catalog.pg_class c, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as verb
  where c.relnamespace = s.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
  union all
  select 'USAGE',
    case when c.relkind = 'S' then has_sequence_privilege(old.oid, c.oid, 'USAGE, UPDATE') end,
    case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'USAGE, UPDATE') end,
    format('%I.%I', s.nspname, c.relname)
  from old, schemas s, pg_catalog.pg_class c where c.relnamespace = s.oid
  union all
  select 'EXECUTE', has_function_privilege(old.oid, p.oid, 'EXECUTE'), has_function_privilege(p.oid, 'EXECUTE'),
    format('%I.%I', s.nspname, p.proname)
  from old, schemas s, pg_catalog.pg_proc p where p.pronamespace = s.oid
  union all
  select verb, has_schema_privilege(old.oid, s.oid, verb), has_schema_privilege(s.oid, verb), format('schema %I', s.nspname)
  from old, schemas s, unnest(array['USAGE', 'CREATE']) as verb
),
lost as (select format('%s on %s', verb, thing) as one from rights where may_old and not may_new)
select one, (select count(*) from lost)::text as count from lost order by one limit 3`;

/** The statement that compares a new role with the one that it replaces; undefined if that is not there any more. */
export async function comparisonWith(
  branch: Branch,
  predecessor: string,
  call: CallOptions,
): Promise<Statement | undefined> {
  const found = await readOne(branch, predecessor, call);
  if (found === undefined) return undefined;
  const { base_username: base, username: whole } = found.item;
  return {
    text: LOST,
    values: [base, whole].map((name) => (typeof name === 'string' ? name : '')),
  };
}

/** What a new role lacks by the rows of {@link comparisonWith}: a few by name, and how many there are. */
export interface Lost {
  readonly named: readonly string[];
  readonly count: number;
}

export function lostIn(rows: readonly Readonly<Record<string, unknown>>[]): Lost | undefined {
  const named = rows.map(({ one }) => String(one));
  return named.length === 0 ? undefined : { named, count: Number(rows[0]?.['count']) };
}
