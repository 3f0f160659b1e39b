import type { RotationReport } from '@keyturn/core';

/** A report, with what the host measured beside it. */
export interface MeasuredReport extends RotationReport {
  /** The requests that were made, by the kind of the adapter that made them. */
  readonly requests: Readonly<Record<string, number>>;
  readonly durationMs: number;
  /** In a plan: the sinks that would be written, and those of them that a job may read torn meanwhile. */
  readonly toWrite: readonly string[];
  readonly torn: readonly string[];
}
