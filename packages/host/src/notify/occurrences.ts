import type { RotationReport, TokenRef } from '@keyturn/core';
import type { Timing } from '@keyturn/core/unstable';

import { count, listed, roughly, readableTime } from '../text/words.ts';
import { dueAt, type RotationStatus } from '../status/rotation-status.ts';
import type { Occurrence } from '../config/events.ts';

/** These pass without anybody: another run is at work, or a person has stopped this one. */
const PASSING: ReadonlySet<string> = new Set(['STATE_BUSY', 'STATE_LOST', 'INTERRUPTED']);

/** What a run's report gives to tell. The same thing has the same key in every run. Pure. */
export function occurrencesOf(
  report: RotationReport,
  policy: Timing,
  dueWithin: number,
  now: number,
): Occurrence[] {
  const { name, outcome, current } = report;
  const isFine = outcome === 'current' || outcome === 'grace' || outcome === 'rotated';
  return [
    ...rotated(report),
    ...graceOver(report),
    ...incomplete(report),
    ...(isFine && current !== undefined
      ? dueSoon(name, current, dueAt(current, policy), dueWithin, now)
      : []),
  ];
}

/** What there is to tell where no run is made. Pure. */
export function dueByStatus(
  { name, current, nextDueAt }: RotationStatus,
  dueWithin: number,
  now: number,
): Occurrence[] {
  if (current === null || nextDueAt === null) return [];
  return dueSoon(name, current, Date.parse(nextDueAt), dueWithin, now);
}

function rotated({
  name,
  outcome,
  current,
  previous,
  graceUntil,
  sinks,
}: RotationReport): Occurrence[] {
  if (current === undefined || (outcome !== 'rotated' && outcome !== 'grace')) return [];
  const reached = sinks.filter(({ status }) => status === 'delivered' || status === 'unchanged');
  const where =
    reached.length === sinks.length
      ? count(sinks.length, 'sink')
      : `${reached.length} of ${count(sinks.length, 'sink')}`;
  const rest =
    previous === undefined || graceUntil === undefined
      ? ''
      : `; ${previous.id} stays valid until ${readableTime(graceUntil)}`;
  return [
    {
      event: 'rotated',
      rotation: name,
      key: `rotated ${current.id}`,
      text: `${name} was rotated: ${current.id} is in ${where}${rest}`,
      details: {
        token: tokenOf(current),
        ...(previous !== undefined && { previous: previous.id }),
        ...(graceUntil !== undefined && { graceUntil }),
      },
    },
  ];
}

function graceOver({ name, revoked, current }: RotationReport): Occurrence[] {
  if (revoked.length === 0) return [];
  const was = revoked.length === 1 ? 'was' : 'were';
  return [
    {
      event: 'grace-over',
      rotation: name,
      key: `grace-over ${revoked.toSorted().join(' ')}`,
      text: `${name}: ${listed(revoked)} ${was} revoked`,
      details: { revoked, ...(current !== undefined && { token: tokenOf(current) }) },
    },
  ];
}

function incomplete({
  name,
  outcome,
  phase,
  current,
  previous,
  error,
  sinks,
}: RotationReport): Occurrence[] {
  if (outcome !== 'incomplete' && outcome !== 'failed') return [];
  const failed = sinks.filter(({ status }) => status === 'failed');
  const cause = error ?? failed[0]?.error;
  const code = cause?.code ?? 'unfinished';
  if (PASSING.has(code)) return [];
  // Every run brings in another token. What lasts is the one before: as long as it is in use, this is the same trouble.
  const since = (phase === 'delivering' ? previous : current)?.id ?? 'none';
  const what = cause === undefined ? 'run it again' : cause.message;
  return [
    {
      event: 'incomplete',
      rotation: name,
      key: `incomplete ${since} ${code}`,
      text: `${name} ${outcome === 'failed' ? 'has failed' : 'is incomplete'}: ${what}`,
      details: {
        ...(current !== undefined && { token: tokenOf(current) }),
        ...(failed.length > 0 && { failedSinks: failed.map(({ id }) => id) }),
        ...(cause !== undefined && {
          error: {
            code: cause.code,
            message: cause.message,
            ...(cause.hint !== undefined && { hint: cause.hint }),
          },
        }),
      },
    },
  ];
}

/** Tells of a token that is due within some time, or has been. One that lives shortly is only told of in the last quarter of its life. Pure. */
function dueSoon(
  name: string,
  current: Pick<TokenRef, 'id' | 'label' | 'issuedAt'>,
  due: number,
  within: number,
  now: number,
): Occurrence[] {
  const issuedAt = Date.parse(current.issuedAt);
  const from = Math.max(due - within, issuedAt + ((due - issuedAt) * 3) / 4);
  if (now < from) return [];
  const iso = new Date(Math.min(due, 8.64e15)).toISOString();
  const when = now < due ? `is due in ${roughly(due - now)}, at` : 'is due since';
  return [
    {
      event: 'due-soon',
      rotation: name,
      key: `due-soon ${current.id}`,
      text: `${name} ${when} ${readableTime(iso)}`,
      details: { token: tokenOf(current), dueAt: iso },
    },
  ];
}

function tokenOf({ id, label, issuedAt }: Pick<TokenRef, 'id' | 'label' | 'issuedAt'>): {
  id: string;
  label: string;
  issuedAt: string;
} {
  return { id, label, issuedAt };
}
