import { COUNTED, SLICES } from './budget.ts';
import type { Database } from './database.ts';

/** What is left of a rate limit that all programs with the same database share. */
export interface BudgetLeft {
  /** With its port, if it has one. */
  readonly host: string;
  /** The beginning of a hash of the credential that requests are counted by; null if all requests to the host are counted together. */
  readonly credential: string | null;
  /** How many points may be spent in any window. */
  readonly points: number;
  readonly windowSeconds: number;
  /** Points that no program has taken. */
  readonly left: number;
}

/**
 * Reads what is left of the shared limits, the scarcest first. Limits of which nothing was taken within their window are left out: their
 * credential may be gone. Nothing is known if the table is missing, or may not be read.
 */
export async function budgetsLeft({
  schema,
  query,
}: Pick<Database, 'schema' | 'query'>): Promise<readonly BudgetLeft[]> {
  const readable = await query(
    `select from pg_class join pg_namespace as space on space.oid = relnamespace
      where nspname = $1 and relname = 'budgets'
        and has_schema_privilege(space.oid, 'USAGE') and has_table_privilege(pg_class.oid, 'SELECT')`,
    [schema],
  );
  if (readable.rows.length === 0) return [];
  const { rows } = await query(
    `select part[1] as host, nullif(left(part[2], 12), '') as credential, points::float8 as points,
        length / 1000::float8 as "windowSeconds", greatest(0, points - taken)::float8 as left
      from (select regexp_match(key, '^(\\S+) ([0-9a-f]*) (\\d{1,15})/(\\d{1,15})$') as part, slices, spent
          from "${schema}".budgets) as budget,
        lateral (select part[3]::bigint as points, part[4]::bigint as length) as limits,
        lateral (select sum(one.points) as taken from unnest(slices, spent) as one (slice, points)
          where (slice + 1) * greatest(1, length / $1::bigint) + ceil(length * $2::float8)
            > extract(epoch from clock_timestamp()) * 1000) as counted
      where taken > 0
      order by (points - taken) / points, host, credential, length`,
    [SLICES, COUNTED],
  );
  return rows as unknown as readonly BudgetLeft[];
}
