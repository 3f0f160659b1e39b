import type { Progress } from '@keyturn/core';

/** Shows progress while it happens. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** Removes the status of a rotation, which has ended. */
  readonly end: (rotation: string) => void;
  /** Removes what is shown for now, so that something else can be written. */
  readonly pause: () => void;
}
