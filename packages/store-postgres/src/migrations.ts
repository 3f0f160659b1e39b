import { createHash } from 'node:crypto';

import { type DatabaseFailure, isFailure } from './failure.ts';
import { schemaNewer, schemaNotCreatable } from './messages.ts';
import type { Session } from './session.ts';
import type { Tables } from './tables.ts';

/** The statements of each version of the schema, in order. What was released is never changed: a change is another entry. */
const migrations: readonly ((tables: Tables) => readonly string[])[] = [
  ({ records, locks, claims }) => [
    `create table ${records} (
      rotation text collate "C" not null,
      seq bigint not null check (seq > 0),
      hash text not null,
      opens boolean not null,
      strings bigint[] not null,
      record text not null,
      primary key (rotation, seq)
    )`,
    `create index records_opening on ${records} (rotation, seq) where opens`,
    `create index records_first on ${records} (rotation) where seq = 1`,
    `create index records_strings on ${records} using gin (strings)`,
    `create table ${locks} (
      rotation text collate "C" primary key,
      fence bigint not null,
      holder text,
      freed timestamptz
    )`,
    `create table ${claims} (
      rotation text collate "C" not null,
      key text collate "C" not null,
      claimant text not null,
      claimed timestamptz not null default clock_timestamp(),
      primary key (rotation, key)
    )`,
  ],
  ({ budgets }) => [
    `create table ${budgets} (
      key text collate "C" primary key,
      slices bigint[] not null,
      spent bigint[] not null,
      granted bigint not null
    )`,
  ],
];

const LATEST = migrations.length;
/** A table, or its schema, is missing. */
const MISSING = ['42P01', '3F000'];

/** The version of the tables of a database. Found out once, and made with the first write. */
export class Schema {
  readonly #tables: Tables;
  readonly #where: string;
  #isKnown = false;

  constructor(tables: Tables, where: string) {
    this.#tables = tables;
    this.#where = where;
  }

  /**
   * Whether there are tables to read; changes nothing.
   *
   * @throws {KeyturnError} `STATE_FAILED` for tables of a later version
   */
  async isThere(session: Session): Promise<boolean> {
    if (this.#isKnown) return true;
    const version = await this.version(session);
    if (version > LATEST) throw schemaNewer(this.#where, version, LATEST);
    this.#isKnown = version === LATEST;
    return version > 0;
  }

  /** 0 if there are no tables. */
  async version(session: Session): Promise<number> {
    try {
      const [row] = await session.run(
        `select coalesce(max(version), 0)::text as version from ${this.#tables.migrations}`,
      );
      return Number(row?.['version'] ?? 0);
    } catch (error) {
      if (isFailure(error) && MISSING.includes(error.sqlstate ?? '')) return 0;
      throw error;
    }
  }

  /** Makes the tables, or brings them up to date. Of several that try at once, one does it and the others wait. */
  async prepare(session: Session): Promise<void> {
    if ((await this.isThere(session)) && this.#isKnown) return;
    await session.run('begin');
    try {
      await session.run('select pg_advisory_xact_lock($1::bigint)', [keyOf(this.#tables.schema)]);
      await this.#migrate(session);
      await session.run('commit');
    } catch (error) {
      await session.run('rollback').catch(() => {});
      throw isFailure(error) ? this.#explain(error) : error;
    }
    this.#isKnown = true;
  }

  async #migrate(session: Session): Promise<void> {
    const { schema, migrations: table } = this.#tables;
    const [there] = await session.run(
      `select exists (select from pg_namespace where nspname = $1) as schema,
        exists (select from pg_tables where schemaname = $1 and tablename = 'migrations') as tables`,
      [schema],
    );
    // Creating what is there needs privileges that the role might not have.
    if (there?.['schema'] === 'f') await session.run(`create schema "${schema}"`);
    if (there?.['tables'] === 'f')
      await session.run(
        `create table ${table} (version integer primary key, applied timestamptz not null default now())`,
      );
    const version = await this.version(session);
    if (version > LATEST) throw schemaNewer(this.#where, version, LATEST);
    for (const [index, statements] of migrations.entries()) {
      if (index < version) continue;
      for (const statement of statements(this.#tables)) await session.run(statement);
      await session.run(`insert into ${table} (version) values ($1::integer)`, [String(index + 1)]);
    }
  }

  #explain(failure: DatabaseFailure): unknown {
    return failure.sqlstate === '42501'
      ? schemaNotCreatable(this.#where, this.#tables.schema)
      : failure;
  }
}

/** A key of an advisory lock that other programs hardly use. */
function keyOf(schema: string): string {
  return createHash('sha256')
    .update(`keyturn migrations ${schema}`)
    .digest()
    .readBigInt64BE(0)
    .toString();
}
