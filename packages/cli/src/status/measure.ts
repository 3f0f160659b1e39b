import type { StateStore } from '@keyturn/core/ledger';

import { readHistory, type History } from '../history/read.ts';
import type { Plans } from '@keyturn/host/session';
import { readStandings, unreadable, type Standing } from '@keyturn/host/status';

/** A rotation with its past. */
export interface Measured extends Standing {
  readonly history: History;
}

/** Reads how every rotation stands, and its whole ledger, of which the newest `stories` are told. */
export async function measure(
  plans: Plans,
  store: StateStore,
  now: number,
  stories: number,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const standing of await readStandings(plans, store, now)) {
    const history = await readHistory(store, standing.name, stories);
    const { error } = history;
    // What stands before the last chapter is seen only here.
    const seen =
      error === undefined || standing.error !== undefined
        ? standing
        : { ...standing, error, findings: [unreadable(error), ...standing.findings] };
    measured.push({ ...seen, history });
  }
  return measured;
}
