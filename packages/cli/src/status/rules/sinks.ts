import type { Finding } from '../../output/finding.ts';
import { readableTime } from '../../output/style.ts';
import { listed } from '../../output/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import type { SinkStatus } from '../sink-status.ts';
import { problem, warning } from './make.ts';

/** What stands out about the sinks. */
export function sinks({ sinks: all, current, underWay }: RotationStatus, run: string): Finding[] {
  const unproved = all.filter(({ trial }) => trial === 'failed').map(({ id }) => id);
  const found: Finding[] = [];
  // What a run is writing has no answer yet.
  const isWritten = (sink: SinkStatus): boolean =>
    underWay !== null &&
    underWay.by !== null &&
    sink.unanswered.every(({ token }) => token === underWay.token);
  const torn = all.filter((sink) => sink.mayBeTorn && !isWritten(sink)).map(({ id }) => id);
  const late = all.filter(
    (sink) => sink.unanswered.length > 0 && !sink.mayBeTorn && !isWritten(sink),
  );
  const behind = all.filter(
    (sink) =>
      !sink.inStep && sink.unanswered.length === 0 && !hasAlready(sink.mayHold, underWay?.token),
  );
  if (torn.length > 0)
    found.push(
      problem(
        'torn',
        `a write had no answer, and jobs may read one half of a new pair from ${listed(torn)}`,
        run,
      ),
    );
  if (current !== null && behind.length > 0)
    found.push(
      warning(
        'out-of-step',
        `the current token is not in ${listed(behind.map(({ id }) => id))}`,
        run,
      ),
    );
  if (late.length > 0) {
    const until = late.flatMap(({ unanswered }) => unanswered.map(({ settlesAt }) => settlesAt));
    found.push(
      warning(
        'unanswered',
        `a write had no answer and may land until ${readableTime(latest(until))} in ${listed(late.map(({ id }) => id))}`,
        run,
      ),
    );
  }
  if (unproved.length > 0)
    found.push(
      warning(
        'unproved',
        `a job of ${listed(unproved)} did not work with the current token, and the replaced one is kept`,
        `See why the job failed. ${run}`,
      ),
    );
  return found;
}

/** The sink has the token that is being brought in, and nothing else. */
export function hasAlready(mayHold: readonly string[], token: string | null | undefined): boolean {
  return mayHold.length === 1 && mayHold[0] === token;
}

function latest(times: readonly string[]): string {
  return times.toSorted().at(-1) ?? '';
}
