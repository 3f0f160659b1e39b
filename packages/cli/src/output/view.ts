import type { Progress } from '@keyturn/core';

/** Shows progress while it happens. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** Removes the current status. */
  readonly end: () => void;
}
