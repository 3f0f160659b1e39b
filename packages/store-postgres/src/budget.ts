import type { Portion, SharedLimit } from '@keyturn/core';

import type { Session } from './session.ts';
import type { Tables } from './tables.ts';

/** A window is counted in this many slices. */
export const SLICES = 60;
/** The part of a window for which a portion may be spent. */
const VALID = 1 / 60;
/** The part of a window that a request may take until the platform counts it. */
const ON_THE_WAY = 1 / 20;
/** For how many windows points count, from the end of the slice in which they were given. */
export const COUNTED = 1 + VALID + ON_THE_WAY;

/**
 * Takes points of a limit, in one statement: the row of the limit lets one after the other through, by the database's clock. Points count for a window
 * after the last moment at which the platform may have counted what was bought with them.
 *
 * @throws {DatabaseFailure}
 */
export async function takePoints(
  session: Session,
  { budgets }: Tables,
  { key, points, windowMs }: SharedLimit,
  { needed, wanted }: { readonly needed: number; readonly wanted: number },
): Promise<Portion> {
  const validMs = Math.floor(windowMs * VALID);
  const kept = Math.ceil(windowMs * COUNTED);
  const width = Math.max(1, Math.floor(windowMs / SLICES));
  const [row] = await session.run(
    `insert into ${budgets} as budget (key, slices, spent, granted)
      select $1, array[at / $2::bigint], array[first], first
        from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as at) as moment,
          (select least($4::bigint, $6::bigint) as first) as bought
      on conflict (key) do update set (slices, spent, granted) = (
        with moment as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as at),
        counted as (
          select slice, points from unnest(budget.slices, budget.spent) as one(slice, points), moment
          where (slice + 1) * $2::bigint + $3::bigint > at
        ),
        free as (select $4::bigint - coalesce(sum(points), 0) as points from counted),
        given as (
          select case when points < $5::bigint then 0 else least(points, $6::bigint) end as points from free
        ),
        merged as (
          select slice, sum(points) as points from (
            select slice, points from counted
            union all select at / $2::bigint, given.points from moment, given where given.points > 0
          ) as every group by slice
        )
        select coalesce(array_agg(slice order by slice), '{}'),
          coalesce(array_agg(points::bigint order by slice), '{}'),
          (select points::bigint from given)
        from merged
      )
      returning granted::text,
        ((slices[1] + 1) * $2::bigint + $3::bigint - (extract(epoch from clock_timestamp()) * 1000)::bigint)::text as wait`,
    [key, width, kept, points, needed, wanted].map(String),
  );
  return {
    points: Number(row?.['granted'] ?? 0),
    validMs,
    waitMs: Math.max(1, Number(row?.['wait'] ?? 0)),
  };
}
