import type { Progress } from '@keyturn/core';

import type { Host } from '../host.ts';
import type { ProgressView } from './view.ts';

const SECOND = 1000;

/** Shows a wait again every second, with the time that is left, until something else happens. */
export function ticking(view: ProgressView, { clock }: Pick<Host, 'clock'>): ProgressView {
  const waits = new Map<string, AbortController>();
  const stop = (rotation: string): void => waits.get(rotation)?.abort();
  const repeat = async (progress: Progress, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(SECOND, signal).catch(() => {});
      if (!signal.aborted) view.show(progress);
    }
  };
  return {
    ...view,
    show: (progress) => {
      stop(progress.rotation);
      view.show(progress);
      if (progress.type !== 'step' || progress.step.type !== 'wait') return;
      const wait = new AbortController();
      waits.set(progress.rotation, wait);
      void repeat(progress, wait.signal);
    },
    end: (rotation) => {
      stop(rotation);
      view.end(rotation);
    },
  };
}
