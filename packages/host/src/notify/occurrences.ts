import type { RotationReport, TokenRef } from '@keyturn/core';
import type { Timing } from '@keyturn/core/unstable';

import { dueText, incompleteText, revokedText, rotatedText } from '../messages.ts';
import { dueAt, type RotationStatus } from '../status/rotation-status.ts';
import type { Occurrence } from '../config/events.ts';

/** These errors need no action: another run is active, or a person interrupted this one. */
const PASSING: ReadonlySet<string> = new Set(['STATE_BUSY', 'STATE_LOST', 'INTERRUPTED']);

/** The occurrences of a run's report. The same occurrence has the same key in every run. Pure. */
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

/** The occurrences of a status, without a run. Pure. */
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
  const tokens = { name, current: current.id, previous: previous?.id, graceUntil };
  return [
    {
      event: 'rotated',
      rotation: name,
      key: `rotated ${current.id}`,
      text: rotatedText(tokens, reached.length, sinks.length),
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
  return [
    {
      event: 'grace-over',
      rotation: name,
      key: `grace-over ${revoked.toSorted().join(' ')}`,
      text: revokedText(name, revoked),
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
  // Every run issues another token. Only its predecessor stays the same: as long as it is current, this is the same problem.
  const since = (phase === 'delivering' ? previous : current)?.id ?? 'none';
  return [
    {
      event: 'incomplete',
      rotation: name,
      key: `incomplete ${since} ${code}`,
      text: incompleteText(name, outcome === 'failed', cause?.message),
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

/** A token that is overdue, or due within a time. A short-lived one is only mentioned in the last quarter of its life. Pure. */
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
  return [
    {
      event: 'due-soon',
      rotation: name,
      key: `due-soon ${current.id}`,
      text: dueText(name, due - now, iso),
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
