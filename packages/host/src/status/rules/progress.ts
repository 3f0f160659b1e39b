import type { Finding } from '../finding.ts';
import { count, readableTime } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning } from './make.ts';
import { hasAlready } from './sinks.ts';

/** What a run does, or has left. */
export function progress(
  { phase, due, underWay, attempts, sinks: all }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const found: Finding[] = [];
  if (underWay !== null) {
    const { token, label, since, by, isLeft } = underWay;
    const reached = all.filter(({ mayHold }) => hasAlready(mayHold, token)).length;
    const what = [
      `${token ?? label} is being brought in`,
      by === null ? (since === null ? '' : ` since ${readableTime(since)}`) : ` by ${by}`,
      reached === 0 ? '' : `, and in ${reached} of ${count(all.length, 'sink')}`,
    ].join('');
    const next = due === null ? 'gives it up' : 'starts with a fresh token';
    found.push(
      isLeft
        ? warning('interrupted', `${what}; that run has ended, and the next one ${next}`, run)
        : note('under-way', what),
    );
    // Where nothing is due any more, the next run has nothing to make up for.
  } else if (phase === 'lost' && due !== null) {
    found.push(
      warning(
        'interrupted',
        'a token was lost with the run that had it; the next one starts with a fresh token',
        run,
      ),
    );
  }
  for (const { label, settlesAt } of attempts)
    if (label !== underWay?.label)
      found.push(
        note(
          'lost-answer',
          `a token may have been created as ${label}; ${
            Date.parse(settlesAt) > now ? `until ${readableTime(settlesAt)} every` : 'the next'
          } run looks for it`,
        ),
      );
  return found;
}
