import type { Finding } from '../finding.ts';
import { listed, readableTime } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import type { SinkStatus } from '../sink-status.ts';
import { problem, warning } from './make.ts';

/** What stands out about the sinks. */
export function sinks(status: RotationStatus, command: string, run: string): Finding[] {
  const { sinks: all, current, underWay } = status;
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
  if (current !== null) found.push(...outOfStep(status, behind, command, run));
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

/** What a sink refused has a finding of its own. */
function outOfStep(
  { name, current, underWay }: RotationStatus,
  behind: readonly SinkStatus[],
  command: string,
  run: string,
): Finding[] {
  const others = behind.filter(({ refused }) => refused === null);
  const isOutdated = ({ outdated, mayHold }: SinkStatus): boolean =>
    outdated && mayHold.length === 1 && mayHold[0] === current?.id;
  // Runs that were complete went without it, or it is refused by its check.
  const mayBeGone = (sink: SinkStatus): boolean =>
    sink.byPattern && !sink.outdated && sink.mayHold.length > 0 && underWay === null;
  const outdated = others.filter(isOutdated).map(({ id }) => id);
  const gone = others.filter(mayBeGone);
  const rest = others.filter((sink) => !isOutdated(sink) && !mayBeGone(sink)).map(({ id }) => id);
  return [
    ...(rest.length > 0
      ? [warning('out-of-step', `the current token is not in ${listed(rest)}`, run)]
      : []),
    ...(outdated.length > 0
      ? [
          warning(
            'outdated',
            `${listed(outdated)} has the current token, but not under all names that the configuration says now`,
            run,
          ),
        ]
      : []),
    ...gone.map(({ id, mayHold }) =>
      warning(
        'out-of-step',
        `the current token is not in ${id}, and ${listed(mayHold)} stays valid for it`,
        `Run ${command}. If that does not write it, it was renamed, removed or archived: make sure that no job reads a token there, and run keyturn forget ${name} --sink '${id}'.`,
      ),
    ),
  ];
}

/** The sink has the token that is being brought in, and nothing else. */
export function hasAlready(mayHold: readonly string[], token: string | null | undefined): boolean {
  return mayHold.length === 1 && mayHold[0] === token;
}

function latest(times: readonly string[]): string {
  return times.toSorted().at(-1) ?? '';
}
