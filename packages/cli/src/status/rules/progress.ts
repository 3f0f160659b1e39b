import type { Finding } from '../../output/finding.ts';
import { readableTime } from '../../output/style.ts';
import { count } from '../../output/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning } from './make.ts';
import { hasAlready } from './sinks.ts';

/** No run is this long, so that what is older was left by one that ended early. */
const LONGEST_RUN = 900_000;

/** What a run does, or has left. */
export function progress(
  { phase, underWay, attempts, sinks: all }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const found: Finding[] = [];
  if (underWay !== null) {
    const since = underWay.since === null ? now : Date.parse(underWay.since);
    const reached = all.filter(({ mayHold }) => hasAlready(mayHold, underWay.token)).length;
    const what = `${underWay.token ?? underWay.label} is being brought in since ${readableTime(new Date(since).toISOString())}${
      reached === 0 ? '' : `, and in ${reached} of ${count(all.length, 'sink')}`
    }`;
    found.push(
      now - since > LONGEST_RUN
        ? warning(
            'interrupted',
            `${what}; that run has ended, and the next one starts with a fresh token`,
            run,
          )
        : note('under-way', what),
    );
  } else if (phase === 'lost') {
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
