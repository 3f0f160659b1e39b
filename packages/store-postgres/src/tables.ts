/** The tables, as they are named in statements. */
export interface Tables {
  readonly schema: string;
  readonly migrations: string;
  readonly records: string;
  readonly locks: string;
  readonly claims: string;
  readonly budgets: string;
}

/** @param schema a name that needs no escaping, see `location.ts` */
export function tablesIn(schema: string): Tables {
  const named = (table: string): string => `"${schema}"."${table}"`;
  return {
    schema,
    migrations: named('migrations'),
    records: named('records'),
    locks: named('locks'),
    claims: named('claims'),
    budgets: named('budgets'),
  };
}
