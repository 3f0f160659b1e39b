import { KeyturnError } from '@keyturn/core';
import type { StoreReport } from '@keyturn/core/ledger';

import type { Call } from './client.ts';
import type { Means } from './means.ts';
import { probesKept } from './messages.ts';
import { prove } from './proof.ts';

/** Reports whether a run could read, list and write below the prefix, and whether conditions are honoured. */
export async function check(means: Means, call: Call): Promise<StoreReport> {
  const { location } = means.client;
  const report = { location, warnings: [], problems: [] };
  try {
    await means.reader.folders(call);
    return (await prove(means, call)) ? report : { ...report, warnings: [probesKept(location)] };
  } catch (error) {
    if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
    return { ...report, problems: [error] };
  }
}
