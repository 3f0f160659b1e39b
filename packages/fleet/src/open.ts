import type { Surroundings } from '@keyturn/host';
import { configFile, loadTrusted, Session, stateOf } from '@keyturn/host/session';
import { openDatabase, type Database } from '@keyturn/store-postgres/database';

import { Agenda } from './agenda.ts';
import type { Where } from './configurations.ts';
import { databaseNeeded, schemaTooLong } from './messages.ts';

/** pg-boss allows 50 characters, of which the fleet adds six. */
const LONGEST_SCHEMA = 44;

/** The database of a fleet, and its index in it. */
export interface Base {
  readonly database: Database;
  readonly agenda: Agenda;
}

/**
 * Opens the database that has the ledgers: at `KEYTURN_STATE`, else where the configuration says. Makes no connection.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` if the ledgers are elsewhere, or the configuration names a host that nobody allowed
 */
export async function openBase(
  where: Where,
  surroundings: Surroundings,
  allow: readonly string[] = [],
): Promise<Base> {
  const { env } = surroundings;
  const isGiven = env['KEYTURN_STATE'] !== undefined;
  const file =
    isGiven || where.configs !== undefined ? undefined : await configOf(where, surroundings);
  const config = await loadTrusted({ file }, surroundings);
  const state = stateOf(config);
  const directory = config?.directory ?? surroundings.directory;
  const text = env['KEYTURN_STATE'] ?? state?.text;
  const session = new Session(surroundings, directory, { allow, state });
  try {
    if (text === undefined || !/^postgres(?:ql)?:/i.test(text))
      throw databaseNeeded(session.location);
    // Whether the configuration may decide where the password is sent is asked there.
    await session.store();
  } finally {
    await session.close();
  }
  const database = openDatabase(text, { env, directory });
  if (database.schema.length > LONGEST_SCHEMA) throw schemaTooLong(database.schema);
  return { database, agenda: new Agenda(database) };
}

function configOf({ config }: Where, surroundings: Surroundings): Promise<string | undefined> {
  return configFile(config === undefined ? {} : { config }, surroundings);
}

/** Runs an action; what the database refuses is told without any of its texts. */
export async function explained<Result>(
  { database }: Pick<Base, 'database'>,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw database.explain(error);
  }
}
