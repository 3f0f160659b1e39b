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

/** An unanswered write, and until when it might still take effect. */
interface LateWrite {
  readonly token: string;
  readonly at: string;
  readonly settlesAt: string;
}

export interface SinkStatus {
  readonly id: string;
  /** It has the current token, and no unanswered write can change that. */
  readonly inStep: boolean;
  readonly mayHold: readonly string[];
  readonly unanswered: readonly LateWrite[];
  /** Its last write, of one of two names, is unanswered: a job might read one new value and one old value. */
  readonly mayBeTorn: boolean;
  /** The result of the canary for the current token; null if there was none. */
  readonly trial: 'passed' | 'failed' | null;
  /** What was changed outside keyturn at the last check, and when that was first seen. */
  readonly drift: {
    readonly shows: 'overwritten' | 'removed';
    readonly since: string | null;
  } | null;
  /** The configuration has other names than the last write. */
  readonly outdated: boolean;
  /** It rejected the last tokens; `retryAt` is null if the next run retries. */
  readonly refused: {
    readonly code: ErrorCode;
    readonly times: number;
    readonly at: string;
    readonly retryAt: string | null;
  } | null;
  /** Only a pattern in the ledger matches it: it might no longer exist. */
  readonly byPattern: boolean;
}

/** What is known of a sink beyond its record. */
export interface SinkSight {
  /** It is written name by name, so a job might read one half. */
  readonly isTearable: boolean;
  readonly byPattern: boolean;
  /** When its drift was first seen. */
  readonly driftSince?: string;
}

/** The status of one sink, from the ledger. */
export function sinkStatus(
  sink: SinkRecord,
  { tokens }: RotationState,
  current: TokenRef | undefined,
  { settle }: Timing,
  { isTearable, byPattern, driftSince }: SinkSight,
): SinkStatus {
  // A late write of the token that the sink already has changes nothing.
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
