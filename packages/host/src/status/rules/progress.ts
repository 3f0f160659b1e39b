import type { Finding } from '../finding.ts';
import { answerLost, interrupted, tokenLost, underWay as underWayText } from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning } from './make.ts';
import { hasAlready } from './sinks.ts';

/** What a run does, or left unfinished. */
export function progress(
  { phase, due, underWay, attempts, sinks: all }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const found: Finding[] = [];
  if (underWay !== null) {
    const { token, label, since, by, isLeft } = underWay;
    const reached = all.filter(({ mayHold }) => hasAlready(mayHold, token)).length;
    const which = token ?? label;
    const isDue = due !== null;
    found.push(
      isLeft
        ? warning('interrupted', interrupted(which, since, [reached, all.length], isDue, run))
        : note('under-way', underWayText(which, { by, since }, reached, all.length)),
    );
    // If nothing is due any more, the next run does not have to repeat anything. If a sink rejected the token, `waiting` says so.
  } else if (phase === 'lost' && due !== null && all.every(({ refused }) => refused === null)) {
    found.push(warning('interrupted', tokenLost(run)));
  }
  for (const { label, settlesAt } of attempts)
    if (label !== underWay?.label)
      found.push(
        note('lost-answer', answerLost(label, Date.parse(settlesAt) > now ? settlesAt : undefined)),
      );
  return found;
}
