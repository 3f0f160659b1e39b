import type { Progress } from '@keyturn/core';

import type { Host } from '../host.ts';
import { describe, type Line } from './describe.ts';
import type { ProgressView } from './view.ts';

/** Logs every step and its results, with the names of the sinks; for debugging, also how long each step took. */
export function detailedView({ clock, log }: Host): ProgressView {
  let rotation = '';
  let running: { readonly step: string; readonly since: number } | undefined;
  const endStep = (): void => {
    if (running !== undefined)
      log('debug', 'phase', `${running.step} took ${clock.now() - running.since} ms`);
    running = undefined;
  };
  return {
    show: (progress) => {
      if (progress.rotation !== rotation) log('verbose', 'rotation', progress.rotation);
      rotation = progress.rotation;
      if (progress.type === 'step') {
        endStep();
        running = { step: progress.step.type, since: clock.now() };
      }
      const line = detailed(progress, clock.now());
      if (line !== undefined) log('verbose', line.verb, line.text);
    },
    end: endStep,
  };
}

/** Details name the sinks instead of counting them, and show when a write began. */
function detailed(progress: Progress, now: number): Pick<Line, 'verb' | 'text'> | undefined {
  if (progress.type === 'event' && progress.event.type === 'sending')
    return { verb: 'sending', text: `${progress.event.token} to ${progress.event.sink}` };
  const line = describe(progress, now);
  return line !== undefined && progress.type === 'step' && 'sinks' in progress.step
    ? { verb: line.verb, text: progress.step.sinks.join(', ') }
    : line;
}
