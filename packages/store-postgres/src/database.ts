import { type Environment, KeyturnError, remember } from '@keyturn/core';
import type pg from 'pg';

import { configurationOf } from './configuration.ts';
import { DatabaseFailure, failed, otherCodeOf, sqlstateOf } from './failure.ts';
import { parseLocation, shownLocation } from './location.ts';
import { locationInvalid } from './messages.ts';

export { budgetsLeft, type BudgetLeft } from './budgets-left.ts';

const CONNECT = 10_000;
const PATIENCE = 2000;

type Row = Readonly<Record<string, unknown>>;

/** The database of a location, for a program that keeps more in it than ledgers. */
export interface Database {
  /** Host, port and database: what may be shown. */
  readonly where: string;
  /** The schema of the ledgers. */
  readonly schema: string;
  /** Rejects with the error of the client library, which must not be shown: see {@link explain}. */
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
  /** An error of {@link query} as a `KeyturnError` without any text of the server; others as they are. */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

/**
 * Opens the database of a store's location, with the store's rules: the password, its file and TLS are the same. Connects when it is used.
 *
 * @param most how many connections at a time
 * @throws {KeyturnError} `CONFIG_INVALID` if the location is not one
 */
export function openDatabase(
  text: string,
  { env, directory }: { readonly env: Environment; readonly directory: string },
  most = 4,
): Database {
  const parsed = parseLocation(text);
  if ('problem' in parsed) throw locationInvalid(parsed.problem);
  const { location } = parsed;
  // From now on, it is blanked in all output.
  if (location.password !== undefined) remember(location.password.reveal());
  const where = shownLocation(location);
  const timeouts = { connect: CONNECT, statement: location.timeout, patience: PATIENCE };
  const failures = new WeakSet<Error>();
  let opening: Promise<pg.Pool> | undefined;
  const open = async (): Promise<pg.Pool> => {
    const [{ default: library }, config] = await Promise.all([
      import('pg'),
      configurationOf({ location, where, env, directory, timeouts }),
    ]);
    const pool = new library.Pool({
      ...config,
      max: most,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      statement_timeout: location.timeout,
      query_timeout: location.timeout + PATIENCE,
    });
    // An idle connection that ends is replaced by the next query.
    pool.on('error', () => {});
    return pool;
  };
  return {
    where,
    schema: location.schema,
    async query(statement, values) {
      try {
        const pool = await (opening ??= open());
        const answer: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await pool.query<Row>(
          statement,
          values && [...values],
        );
        // Of several statements, the last one counts.
        return { rows: Array.isArray(answer) ? (answer.at(-1)?.rows ?? []) : answer.rows };
      } catch (error) {
        if (error instanceof Error) failures.add(error);
        throw error;
      }
    },
    explain(error) {
      if (KeyturnError.is(error) || !(error instanceof Error) || !failures.has(error)) return error;
      const [sqlstate, code] = [sqlstateOf(error), otherCodeOf(error)];
      const kind = sqlstate === undefined ? 'broken' : 'refused';
      return failed(where, new DatabaseFailure(kind, { sqlstate, code, sent: true }), 'unknown');
    },
    async close() {
      const pool = await opening?.catch(() => undefined);
      await pool?.end();
    },
  };
}
