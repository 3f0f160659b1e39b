import { KeyturnError, type RotationReport } from '../../packages/core/src/index.ts';
import type { Fault } from './fault.ts';
import type { Place } from './place.ts';
import type { Aim, Trial } from './trial.ts';
import type { Row } from './row.ts';
import { brokenAtAnyTime, brokenInTheEnd, harmed, itemsOf, leaked } from './rules.ts';

/** What came of one fault in one request. */
export interface Observed {
  /** The outcome of the run and the code of its error; of a call, its code and effect. */
  readonly result: string;
  /** Rules that do not hold, in words. */
  readonly broken: readonly string[];
}

/** Lets a fault happen to a request until a run is over, and then runs without faults. */
export async function cell(
  place: Place,
  row: Row,
  fault: Fault,
  times: number = Infinity,
): Promise<Observed> {
  const trial = await place.trial(row);
  const before = itemsOf(trial);
  const aim: Aim = { ...row.aim, provider: row.server ?? row.provider, act: fault.act, times };
  const broken: string[] = [];
  if (row.before !== undefined) await trial.rotate(row.before);
  trial.hits = 0;
  const besides = row.beside ?? [];
  const result =
    row.call === undefined
      ? resultOf(await trial.rotate([aim, ...besides]))
      : await row
          .call(trial, [aim, ...besides])
          .then((value) => (typeof value === 'string' ? value : 'succeeds'), codeOf);
  if (trial.hits === 0) broken.push('the request was not made');
  broken.push(...brokenAtAnyTime(trial));
  if (row.call === undefined) broken.push(...(await endOf(trial)), ...harmed(before, trial));
  broken.push(...leaked(trial));
  return { result, broken };
}

function resultOf({ outcome, error }: RotationReport): string {
  return error === undefined ? outcome : `${outcome} ${error.code}`;
}

function codeOf(error: unknown): string {
  if (!KeyturnError.is(error)) return `throws ${String(error)}`;
  return error.effect === 'none' ? error.code : `${error.code}, unsure`;
}

/** How long a sink that refused a token is given no other one. */
const PAUSE = 3_600_000;

/** Rule 5: when faults end, one run completes, or one after the pause that follows a refusal. */
async function endOf(trial: Trial): Promise<string[]> {
  let report = await trial.rotate([], true);
  if (report.outcome === 'waiting') {
    await trial.clock.advance(PAUSE);
    report = await trial.rotate([], true);
  }
  const isOver = report.outcome === 'rotated' || report.outcome === 'current';
  return [
    ...(isOver ? [] : [`rule 5: the next run is ${resultOf(report)}`]),
    ...brokenAtAnyTime(trial),
    ...brokenInTheEnd(trial, report.current?.id),
  ];
}
