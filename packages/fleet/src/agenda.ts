import type { Database } from '@keyturn/store-postgres/database';

import type { NextRun } from './next-run.ts';

/** A rotation, and which configuration of the fleet has it. */
export interface Entry {
  readonly rotation: string;
  /** The name of its folder; empty if the fleet has one configuration. */
  readonly configuration: string;
}

/** One attempt at a job. */
export interface Attempt {
  readonly id: string;
  readonly retryCount: number;
}

/** How a run of a rotation ended. */
export interface Ended extends NextRun {
  readonly outcome: string;
  readonly code: string | undefined;
}

/**
 * The index of a fleet: one row per rotation, with when it is due and how its last run ended. It is made of reports, and can be lost: the
 * ledgers know everything, and a run finds out what is due.
 */
export class Agenda {
  readonly #database: Database;
  readonly #schema: string;
  readonly #table: string;

  constructor(database: Database) {
    this.#database = database;
    this.#schema = `"${database.schema}_fleet"`;
    this.#table = `${this.#schema}.agenda`;
  }

  /**
   * Creates the table if it is missing; of several that try at once, one does it. So it does with the schema of the queue, since pg-boss
   * fails if two create it.
   */
  async prepare(): Promise<void> {
    if (await this.isThere()) return;
    // Statements that are sent together are one transaction.
    const lock = `select pg_advisory_xact_lock(hashtextextended('keyturn fleet ' || current_database(), 0))`;
    await this.#database.query(`${lock};
      create schema if not exists ${this.#schema};
      create schema if not exists "${this.#database.schema}_jobs";
      create table if not exists ${this.#table} (
        rotation text collate "C" primary key,
        configuration text collate "C" not null,
        run_at timestamptz not null default now(),
        due_at timestamptz,
        offered_at timestamptz,
        job text,
        worker text,
        started_at timestamptz,
        ended_at timestamptz,
        outcome text,
        code text,
        failures integer not null default 0,
        runs bigint not null default 0,
        rotated bigint not null default 0
      );
      create index if not exists agenda_run_at on ${this.#table} (run_at, rotation)`);
  }

  async isThere(): Promise<boolean> {
    const { rows } = await this.#database.query('select to_regclass($1) is not null as there', [
      this.#table,
    ]);
    return rows[0]?.['there'] === true;
  }

  /** Adds what is new, which is due at once, and removes what left its configuration. Those of configurations in `unread` stay. */
  async sync(entries: readonly Entry[], unread: readonly string[]): Promise<void> {
    const names = entries.map(({ rotation }) => rotation);
    await this.#database.query(
      `insert into ${this.#table} as agenda (rotation, configuration)
        select * from unnest($1::text[], $2::text[])
        on conflict (rotation) do update set configuration = excluded.configuration
        where agenda.configuration <> excluded.configuration`,
      [names, entries.map(({ configuration }) => configuration)],
    );
    await this.#database.query(
      `delete from ${this.#table} where job is null and not configuration = any($2::text[])
        and not exists (select from unnest($1::text[]) as known (name) where name = rotation)`,
      [names, unread],
    );
  }

  /** What is due and was not offered to the queue within the last hour, the longest due first. Read at once: every page would sort all of it. */
  async due(): Promise<readonly Entry[]> {
    const { rows } = await this.#database.query(
      `select rotation, configuration from ${this.#table}
        where run_at <= now() and (offered_at is null or offered_at < now() - interval '1 hour')
        order by run_at, rotation`,
    );
    return rows as unknown as readonly Entry[];
  }

  async offered(rotations: readonly string[]): Promise<void> {
    await this.#database.query(
      `update ${this.#table} set offered_at = now() where rotation = any($1::text[])`,
      [rotations],
    );
  }

  /** How many runs have failed in a row. From now on, only this attempt may write how it ended. */
  async begin(rotation: string, attempt: Attempt, worker: string): Promise<number> {
    const { rows } = await this.#database.query(
      `update ${this.#table} set job = $2, worker = $3, started_at = now()
        where rotation = $1 returning failures`,
      [rotation, keyOf(attempt), worker],
    );
    return Number(rows[0]?.['failures'] ?? 0);
  }

  /** Writes how an attempt ended, unless a later one has begun. Safe to repeat. */
  async end(rotation: string, attempt: Attempt, ended: Ended): Promise<void> {
    const { runAt, dueAt, failures, outcome, code } = ended;
    await this.#database.query(
      `update ${this.#table} set job = null, offered_at = null, ended_at = now(), run_at = $3,
          due_at = $4, failures = $5, outcome = $6, code = $7, runs = runs + 1,
          rotated = rotated + ($6 = 'rotated' or $6 = 'grace' and due_at is distinct from $4)::integer
        where rotation = $1 and job = $2`,
      [
        rotation,
        keyOf(attempt),
        new Date(runAt),
        dueAt === undefined ? null : new Date(dueAt),
        failures,
        outcome,
        code ?? null,
      ],
    );
  }

  /** The state of the whole fleet, with one query. */
  async figures(): Promise<Readonly<Record<string, unknown>>> {
    const { rows } = await this.#database.query(
      `select count(*)::integer as rotations,
          count(*) filter (where run_at <= now())::integer as due,
          count(*) filter (where offered_at is not null and job is null)::integer as queued,
          count(*) filter (where job is not null)::integer as running,
          count(*) filter (where failures > 0)::integer as failing,
          count(*) filter (where due_at <= now())::integer as overdue,
          count(distinct worker) filter (where job is not null)::integer as workers,
          extract(epoch from now() - min(run_at) filter (where run_at <= now() and job is null))::float8 as lag,
          extract(epoch from now() - min(due_at) filter (where due_at <= now()))::float8 as oldest,
          min(run_at) filter (where run_at > now()) as next,
          coalesce(sum(runs), 0)::float8 as runs, coalesce(sum(rotated), 0)::float8 as rotated,
          (select coalesce(json_object_agg(outcome, number order by outcome), '{}') from (
            select outcome, count(*)::integer as number from ${this.#table}
            where outcome is not null group by outcome) as each) as outcomes,
          (select coalesce(json_agg(one order by one.failures desc, one.rotation), '[]') from (
            select rotation, outcome, code, failures from ${this.#table}
            where failures > 0 order by failures desc, rotation limit 20) as one) as worst
        from ${this.#table}`,
    );
    return rows[0] ?? {};
  }
}

function keyOf({ id, retryCount }: Attempt): string {
  return `${id} ${retryCount}`;
}
