import type { Reason } from '@keyturn/core';

import { severities, type Finding } from '../output/finding.ts';
import { readableTime } from '../output/style.ts';
import { count, listed, roughly } from '../output/words.ts';
import type { RotationStatus } from './rotation-status.ts';

/** What a ledger can tell. A note will pass by itself. */
type Rule =
  | 'first'
  | 'due'
  | 'overdue'
  | 'expiring'
  | 'expired'
  | 'out-of-step'
  | 'torn'
  | 'unanswered'
  | 'under-way'
  | 'interrupted'
  | 'lost-answer'
  | 'grace-over'
  | 'kept-too-long'
  | 'left-behind';

const DAY = 86_400_000;
/** No run is this long, so that what is older was left by one that ended early. */
const LONGEST_RUN = 900_000;
const SOON = 7 * DAY;

/** What stands out in a rotation, the worst first. Pure. `command` is what rotates it: `keyturn rotate ci-github`. */
export function findingsOf(status: RotationStatus, command: string, now: number): Finding[] {
  const run = `Run ${command}.`;
  const found = [
    ...expiry(status, run, now),
    ...due(status, command, now),
    ...sinks(status, run),
    ...progress(status, run, now),
    ...kept(status, run, now),
  ];
  return found.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

/** Whether a monitor should call somebody. */
export function needsAttention(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== 'note');
}

function expiry({ current }: RotationStatus, run: string, now: number): Finding[] {
  if (current?.expiresAt === null || current?.expiresAt === undefined) return [];
  const left = Date.parse(current.expiresAt) - now;
  if (left > SOON) return [];
  const when = readableTime(current.expiresAt);
  return [
    left <= 0
      ? problem('expired', `the current token expired at ${when}`, run)
      : problem('expiring', `the current token expires at ${when}, in ${roughly(left)}`, run),
  ];
}

const WHY: Readonly<Partial<Record<Reason, string>>> = {
  age: 'the token has reached its maximum age',
  expiry: 'the token has used up two thirds of its life',
};

function due({ due: reason, nextDueAt }: RotationStatus, command: string, now: number): Finding[] {
  if (reason === 'first')
    return [
      warning(
        'first',
        'no token is known yet',
        `Run ${command} --replaces TOKEN_ID, with the token that is in use.`,
      ),
    ];
  const why = reason === null ? undefined : WHY[reason];
  if (why === undefined || nextDueAt === null) return [];
  const late = now - Date.parse(nextDueAt);
  const run = `Run ${command}.`;
  // Runs that are made once a day are not late before.
  return [
    late > DAY ? problem('overdue', `${why}, ${roughly(late)} ago`, run) : warning('due', why, run),
  ];
}

function sinks({ sinks: all, current, underWay }: RotationStatus, run: string): Finding[] {
  const found: Finding[] = [];
  const torn = all.filter(({ mayBeTorn }) => mayBeTorn).map(({ id }) => id);
  const late = all.filter((sink) => sink.unanswered.length > 0 && !sink.mayBeTorn);
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
  return found;
}

function progress(
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

function kept(
  { kept: tokens, graceUntil, formerSinks }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const found: Finding[] = [];
  const free = tokens.filter(({ reason }) => reason === 'grace').map(({ id }) => id);
  const over = graceUntil === null ? -1 : now - Date.parse(graceUntil);
  if (over > DAY && free.length > 0)
    found.push(
      problem(
        'kept-too-long',
        `${listed(free)}: replaced, and still valid ${roughly(over)} after its grace`,
        run,
      ),
    );
  else if (over >= 0 && free.length > 0)
    found.push(
      warning('grace-over', `the grace is over, and the next run revokes ${listed(free)}`, run),
    );
  for (const { id, sinks: holders, reason } of tokens) {
    if (reason === 'grace') continue;
    const former = holders.filter((holder) => formerSinks.some((sink) => sink.id === holder));
    found.push(
      former.length > 0
        ? warning(
            'left-behind',
            `${id} stays valid: ${listed(former)} left the configuration and may hold it`,
            'Put it back and rotate, or delete the secret there.',
          )
        : note('left-behind', `${id} stays valid as long as ${listed(holders)} may hold it`),
    );
  }
  return found;
}

/** The sink has the token that is being brought in, and nothing else. */
function hasAlready(mayHold: readonly string[], token: string | null | undefined): boolean {
  return mayHold.length === 1 && mayHold[0] === token;
}

function latest(times: readonly string[]): string {
  return times.toSorted().at(-1) ?? '';
}

const problem = (rule: Rule, text: string, fix: string): Finding => ({
  rule,
  severity: 'problem',
  text,
  fix,
});
const warning = (rule: Rule, text: string, fix: string): Finding => ({
  rule,
  severity: 'warning',
  text,
  fix,
});
const note = (rule: Rule, text: string): Finding => ({ rule, severity: 'note', text, fix: null });
