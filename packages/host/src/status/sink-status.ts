import type { ErrorCode, TokenRef } from '@keyturn/core';
import {
  holders,
  inStep,
  retryAt,
  type RotationState,
  type SinkRecord,
  type Timing,
  type Unanswered,
} from '@keyturn/core/unstable';

import { iso } from './time.ts';

/** A write without an answer, and until when it may still land. */
interface LateWrite {
  readonly token: string;
  readonly at: string;
  readonly settlesAt: string;
}

export interface SinkStatus {
  readonly id: string;
  /** It has the current token, and nothing else can land there any more. */
  readonly inStep: boolean;
  readonly mayHold: readonly string[];
  readonly unanswered: readonly LateWrite[];
  /** Its last write is one of two names and has no answer: a job may read the one of them new and the other old. */
  readonly mayBeTorn: boolean;
  /** How a job of its CI went that was to prove the current token; null where there was none. */
  readonly trial: 'passed' | 'failed' | null;
  /** What somebody else did to it, as the last look showed, and since when that is known. */
  readonly drift: {
    readonly shows: 'overwritten' | 'removed';
    readonly since: string | null;
  } | null;
  /** The configuration names its secrets otherwise than they were last written. */
  readonly outdated: boolean;
  /** It refused the last tokens; `retryAt` is null if the next run tries again. */
  readonly refused: {
    readonly code: ErrorCode;
    readonly times: number;
    readonly at: string;
    readonly retryAt: string | null;
  } | null;
  /** Only a pattern means it, as far as the ledger tells: it may not be there any more. */
  readonly byPattern: boolean;
}

/** What is known of a sink beside its record. */
export interface SinkSight {
  /** It is written name by name, so that a job may read one half. */
  readonly isTearable: boolean;
  readonly byPattern: boolean;
  /** Since when its drift is known. */
  readonly driftSince?: string;
}

/** What the ledger says of one sink. */
export function sinkStatus(
  sink: SinkRecord,
  { tokens }: RotationState,
  current: TokenRef | undefined,
  { settle }: Timing,
  { isTearable, byPattern, driftSince }: SinkSight,
): SinkStatus {
  // A late write of the very token that the sink has changes nothing.
  const [held = ''] = sink.base.length === 1 ? sink.base : [];
  const late = sink.unanswered.filter(({ token }) => token !== held);
  const order = [...tokens.keys()];
  const isLast = ({ token }: Unanswered): boolean => order.indexOf(token) > order.indexOf(held);
  return {
    id: sink.id,
    inStep: current !== undefined && inStep(sink, current.id) && late.length === 0,
    mayHold: [...holders(sink)],
    unanswered: late.map(({ token, at }) => ({
      token,
      at,
      settlesAt: iso(Date.parse(at) + settle),
    })),
    mayBeTorn: isTearable && late.some(isLast),
    trial: trialOf(sink, current),
    drift:
      sink.shows === undefined
        ? null
        : {
            shows: sink.shows === 'absent' ? 'removed' : 'overwritten',
            since: driftSince ?? null,
          },
    outdated: sink.outdated === true,
    refused: refusedOf(sink),
    byPattern,
  };
}

function trialOf({ trial }: SinkRecord, current: TokenRef | undefined): SinkStatus['trial'] {
  if (trial === undefined || trial.token !== current?.id) return null;
  return trial.ok ? 'passed' : 'failed';
}

function refusedOf(sink: SinkRecord): SinkStatus['refused'] {
  if (sink.refusals === undefined) return null;
  const { code, count, at } = sink.refusals;
  const until = retryAt(sink);
  return { code, times: count, at, retryAt: until === undefined ? null : iso(until) };
}
