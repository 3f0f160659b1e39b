import type { FleetStatus } from '@keyturn/fleet';

import { openMetrics, type Family, type Sample } from '../status/open-metrics.ts';

type Budget = FleetStatus['budgets'][number];

/** The state of a fleet as OpenMetrics text. */
export function fleetMetrics(status: FleetStatus): string {
  const family = (
    name: string,
    help: string,
    samples: number | readonly Sample[],
    type: Family['type'] = 'gauge',
  ): Family => ({
    name: `keyturn_fleet_${name}`,
    type,
    help,
    samples: typeof samples === 'number' ? [[{}, samples]] : samples,
  });
  return openMetrics([
    family('rotations', 'Rotations of all configurations.', status.rotations),
    family('due', 'Rotations for which something is to be done now.', status.due),
    family('queued', 'Rotations with a job that no worker has begun.', status.queued),
    family('running', 'Rotations that a worker is running.', status.running),
    family('workers', 'Workers that are running a rotation.', status.workers),
    family('failing', 'Rotations whose last run failed.', status.failing),
    family('overdue', 'Rotations whose token is due to be replaced.', status.overdue),
    family(
      'lag_seconds',
      'How long what is due has been waiting for a worker, at most.',
      status.lagSeconds ?? 0,
    ),
    family(
      'oldest_due_seconds',
      'How long a token has been due to be replaced, at most.',
      status.oldestDueSeconds ?? 0,
    ),
    family(
      'outcomes',
      'Rotations, by how their last run ended.',
      Object.entries(status.outcomes).map(([outcome, count]) => [{ outcome }, count] as const),
    ),
    family(
      'budget_left',
      'Points left of a rate limit that the workers share; a request costs one or more.',
      status.budgets.map((budget) => [labelsOf(budget), budget.left] as const),
    ),
    family(
      'budget_limit',
      'Points that the same rate limit allows in its window.',
      status.budgets.map((budget) => [labelsOf(budget), budget.points] as const),
    ),
    family('runs', 'Runs of rotations that have ended.', status.runs, 'counter'),
    family('rotated', 'Runs that replaced a token.', status.rotated, 'counter'),
  ]);
}

function labelsOf({ host, credential, points, windowSeconds }: Budget): Sample[0] {
  const limit = `${points}/${windowSeconds}s`;
  return { host, ...(credential !== null && { credential }), limit };
}
