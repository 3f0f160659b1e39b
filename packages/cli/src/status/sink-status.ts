import {
  holders,
  inStep,
  type Policy,
  type RotationState,
  type SinkRecord,
  type TokenRef,
  type Unanswered,
} from '@keyturn/core';

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
}

/** What the ledger says of one sink. */
export function sinkStatus(
  sink: SinkRecord,
  { tokens }: RotationState,
  current: TokenRef | undefined,
  { settle }: Policy,
  isTearable: boolean,
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
  };
}

function trialOf({ trial }: SinkRecord, current: TokenRef | undefined): SinkStatus['trial'] {
  if (trial === undefined || trial.token !== current?.id) return null;
  return trial.ok ? 'passed' : 'failed';
}
