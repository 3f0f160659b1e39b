import type { RotationReport } from '@keyturn/core';

/** Whether nothing is left to do now, and nothing needs attention: the exit code is 0. */
export function isDone({ outcome }: Pick<RotationReport, 'outcome'>): boolean {
  return !OPEN.has(outcome);
}

const OPEN: ReadonlySet<RotationReport['outcome']> = new Set([
  'incomplete',
  'waiting',
  'drifted',
  'failed',
]);

/** What a run takes if nothing goes wrong. */
export interface Estimate {
  /** The requests of which each waits for the one before. */
  readonly requestsInRow: number;
  readonly requests: number;
  /** How long that takes, in milliseconds, if the servers answer as fast as they did for the plan. */
  readonly milliseconds: number;
}

/** A report, with measurements of the host. */
export interface MeasuredReport extends RotationReport {
  /** The number of requests, by the kind of the adapter. */
  readonly requests: Readonly<Record<string, number>>;
  readonly durationMs: number;
  /** In a dry run: what the run takes that would follow, if that is known. */
  readonly estimate?: Estimate;
  /** In a dry run: the sinks that would be written, and those where a job might read half of the old pair and half of the new. */
  readonly toWrite: readonly string[];
  readonly torn: readonly string[];
}
