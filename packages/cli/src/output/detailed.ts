import type { Progress } from '@keyturn/core';

import type { Host } from '../host.ts';
import { describe, type Line } from './describe.ts';
import type { ProgressView } from './view.ts';

/** Logs every step and its results, with the names of the sinks; for debugging, also how long each step took. */
export function detailedView({ clock, log }: Host, isSeveral: boolean): ProgressView {
  let last = '';
  const running = new Map<string, { readonly step: string; readonly since: number }>();
  const named = (rotation: string, text: string): string =>
    isSeveral ? `${rotation}: ${text}` : text;
  const endStep = (rotation: string): void => {
    const one = running.get(rotation);
    running.delete(rotation);
    if (one === undefined) return;
    const text = `${one.step} took ${clock.now() - one.since} ms`;
    log('debug', 'phase', named(rotation, text));
  };
  return {
    show: (progress) => {
      const { rotation } = progress;
      if (!isSeveral && rotation !== last) log('verbose', 'rotation', rotation);
      last = rotation;
      if (progress.type === 'step') {
        endStep(rotation);
        running.set(rotation, { step: progress.step.type, since: clock.now() });
      }
      const line = detailed(progress, clock.now());
      if (line !== undefined) log('verbose', line.verb, named(rotation, line.text));
    },
    end: endStep,
    pause: () => {},
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
