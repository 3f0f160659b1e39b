import type { StateStore } from '@keyturn/core/ledger';

import { readHistory, type History } from '../history/read.ts';
import type { Plans } from '@keyturn/host/session';
import { readStandings, unreadable, type Standing } from '@keyturn/host/status';

/** The status of a rotation, with its history. */
export interface Measured extends Standing {
  readonly history: History;
}

/** Reads the status of every rotation and its whole ledger, and keeps the newest `stories` of it. */
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
    // Only the history reads what is before the last chapter.
    const seen =
      error === undefined || standing.error !== undefined
        ? standing
        : { ...standing, error, findings: [unreadable(error), ...standing.findings] };
    measured.push({ ...seen, history });
  }
  return measured;
}
