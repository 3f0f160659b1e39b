import type { Progress } from '@keyturn/core';

import type { Host } from '../host.ts';
import { describe } from './describe.ts';
import type { ProgressView } from './progress.ts';

type Step = Extract<Progress, { type: 'step' }>['step'];

/** Every step and what came of it as lines of the log, with the sinks that it is about; for debugging, how long it took. */
export function detailedView({ clock, log }: Host): ProgressView {
  let running:
    | { readonly rotation: string; readonly type: string; readonly since: number }
    | undefined;
  const endStep = (): void => {
    if (running !== undefined)
      log(
        'debug',
        'phase',
        `${running.rotation} ${running.type} took ${clock.now() - running.since} ms`,
      );
    running = undefined;
  };
  return {
    show: (progress) => {
      const { rotation } = progress;
      const line = describe(progress, clock.now());
      if (progress.type === 'step') {
        endStep();
        running = { rotation, type: progress.step.type, since: clock.now() };
        if (line !== undefined)
          log('verbose', rotation, `${line.verb} ${namedSinks(progress.step) ?? line.text}`);
      } else if (progress.type === 'event' && progress.event.type === 'sending') {
        log('verbose', rotation, `sending ${progress.event.token} to ${progress.event.sink}`);
      } else if (line !== undefined) {
        log('verbose', rotation, `${line.verb} ${line.text}`);
      }
    },
    end: endStep,
  };
}

/** A person who wants details wants names, not a number. */
function namedSinks(step: Step): string | undefined {
  return 'sinks' in step ? step.sinks.join(', ') : undefined;
}
