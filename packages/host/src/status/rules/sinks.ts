import type { Finding } from '../finding.ts';
import {
  canaryFailed,
  namesOutdated,
  outOfStep as outOfStepText,
  sinkGone,
  writeTorn,
  writeUnanswered,
} from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import type { SinkStatus } from '../sink-status.ts';
import { problem, warning } from './make.ts';

/** Findings about the sinks. */
export function sinks(status: RotationStatus, command: string, run: string): Finding[] {
  const { sinks: all, current, underWay } = status;
  const unproved = all.filter(({ trial }) => trial === 'failed').map(({ id }) => id);
  const found: Finding[] = [];
  // A write of the active run is not answered yet.
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
  if (torn.length > 0) found.push(problem('torn', writeTorn(torn, run)));
  if (current !== null) found.push(...outOfStep(status, behind, command, run));
  if (late.length > 0) {
    const until = late.flatMap(({ unanswered }) => unanswered.map(({ settlesAt }) => settlesAt));
    const ids = late.map(({ id }) => id);
    found.push(warning('unanswered', writeUnanswered(ids, latest(until), run)));
  }
  if (unproved.length > 0) found.push(warning('unproved', canaryFailed(unproved, run)));
  return found;
}

/** A sink that rejected tokens has its own finding. */
function outOfStep(
  { name, current, underWay }: RotationStatus,
  behind: readonly SinkStatus[],
  command: string,
  run: string,
): Finding[] {
  const others = behind.filter(({ refused }) => refused === null);
  const isOutdated = ({ outdated, mayHold }: SinkStatus): boolean =>
    outdated && mayHold.length === 1 && mayHold[0] === current?.id;
  // Complete runs skipped it, or its check fails.
  const mayBeGone = (sink: SinkStatus): boolean =>
    sink.byPattern && !sink.outdated && sink.mayHold.length > 0 && underWay === null;
  const outdated = others.filter(isOutdated).map(({ id }) => id);
  const gone = others.filter(mayBeGone);
  const rest = others.filter((sink) => !isOutdated(sink) && !mayBeGone(sink)).map(({ id }) => id);
  return [
    ...(rest.length > 0 ? [warning('out-of-step', outOfStepText(rest, run))] : []),
    ...(outdated.length > 0 ? [warning('outdated', namesOutdated(outdated, run))] : []),
    ...gone.map(({ id, mayHold }) => warning('out-of-step', sinkGone(id, mayHold, name, command))),
  ];
}

/** The sink has the token of the rotation that is under way, and no other. */
export function hasAlready(mayHold: readonly string[], token: string | null | undefined): boolean {
  return mayHold.length === 1 && mayHold[0] === token;
}

function latest(times: readonly string[]): string {
  return times.toSorted().at(-1) ?? '';
}
