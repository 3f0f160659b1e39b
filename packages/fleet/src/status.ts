import type { Surroundings } from '@keyturn/host';
import { budgetsLeft, type BudgetLeft } from '@keyturn/store-postgres/database';

import type { Where } from './configurations.ts';
import { fleetUnknown } from './messages.ts';
import { explained, openBase } from './open.ts';

/** The state of a fleet, from its index. */
export interface FleetStatus {
  readonly rotations: number;
  /** Rotations for which something is to be done now, whether or not they have a job. */
  readonly due: number;
  /** Rotations with a job that nobody has begun. */
  readonly queued: number;
  readonly running: number;
  /** Workers that run a rotation now. */
  readonly workers: number;
  /** Rotations whose last run failed. */
  readonly failing: number;
  /** Rotations whose token is older than it should be. */
  readonly overdue: number;
  /** How long what is due has been waiting to begin, at most, in seconds; null if nothing is waiting. */
  readonly lagSeconds: number | null;
  /** How long a token has been due, at most, in seconds; null if none is. */
  readonly oldestDueSeconds: number | null;
  /** When the next rotation is due, as ISO 8601. */
  readonly nextAt: string | null;
  readonly runs: number;
  /** Runs that replaced a token. */
  readonly rotated: number;
  /** How many rotations ended like this last time. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Those that failed most often in a row; at most 20. */
  readonly worst: readonly {
    readonly rotation: string;
    readonly outcome: string;
    readonly code: string | null;
    readonly failures: number;
  }[];
  /** What is left of the rate limits that the workers share, the scarcest first; those of which nothing was taken lately are left out. */
  readonly budgets: readonly BudgetLeft[];
}

/**
 * Reads the state of a fleet: its index with one query, and what is left of the rate limits.
 *
 * @throws {KeyturnError} `USAGE_INVALID` if there is no fleet, `STATE_FAILED`
 */
export async function fleetStatus(
  options: Where & { readonly allow?: readonly string[] },
  surroundings: Surroundings,
): Promise<FleetStatus> {
  const base = await openBase(options, surroundings, options.allow);
  const { agenda, database } = base;
  try {
    return await explained(base, async () => {
      if (!(await agenda.isThere())) throw fleetUnknown(database.where);
      const [{ lag, oldest, next, ...figures }, budgets] = await Promise.all([
        agenda.figures(),
        budgetsLeft(database),
      ]);
      return {
        ...(figures as unknown as Omit<
          FleetStatus,
          'lagSeconds' | 'oldestDueSeconds' | 'nextAt' | 'budgets'
        >),
        lagSeconds: (lag as number | null) ?? null,
        oldestDueSeconds: (oldest as number | null) ?? null,
        nextAt: next instanceof Date ? next.toISOString() : null,
        budgets,
      };
    });
  } finally {
    await database.close();
  }
}
