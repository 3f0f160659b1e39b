import {
  ANY_TIME,
  type CallOptions,
  type Confirmation,
  type RotationRequest,
  type SecretSink,
} from '@keyturn/core';
import { layoutAt, layoutNames, type RotationState } from '@keyturn/core/unstable';

import { NOTHING_TO_COMPARE } from '../../messages-of-checks.ts';
import type { Gap, SinkEvidence } from '../evidence.ts';
import { showsToken } from '../shown.ts';
import { gapOf } from './gap.ts';
import { mapLimited } from '@keyturn/host/session';

const AT_ONCE = 16;

type Asked = Pick<RotationRequest, 'sinks' | 'layout' | 'layouts'>;

/** Asks every sink of a rotation what it shows. Only reads. */
export async function askSinks(
  request: Asked,
  state: RotationState,
  call: CallOptions,
): Promise<{ shown: SinkEvidence[]; gaps: Gap[] }> {
  const shown: SinkEvidence[] = [];
  const gaps: Gap[] = [];
  await mapLimited(request.sinks, AT_ONCE, async (sink) => {
    try {
      const evidence = await askSink(sink, layoutAt(request, sink.id), state, call);
      shown.push(evidence);
      if (tellsNothing(evidence) && state.sinks.has(sink.id))
        gaps.push({
          source: 'sinks',
          subject: sink.id,
          reason: NOTHING_TO_COMPARE,
        });
    } catch (error) {
      gaps.push(gapOf('sinks', sink.id, error));
    }
  });
  return { shown, gaps };
}

async function askSink(
  plain: SecretSink,
  layout: Asked['layout'],
  state: RotationState,
  call: CallOptions,
): Promise<SinkEvidence> {
  const sink = layout.kind === 'slots' ? (plain.slots?.(layout.slot) ?? plain) : plain;
  const names = layoutNames(layout);
  const hint = await sink.holds?.(names, call);
  const clue = await sink.clue?.(names, call);
  const evidence = {
    id: sink.id,
    ...(hint !== undefined && { hint }),
    ...(clue !== undefined && { clue }),
  };
  const record = state.sinks.get(sink.id);
  if (record === undefined) return evidence;
  const { receipt, unanswered } = record;
  const expected = names.map((name) => ({ name }));
  // An unanswered write might have taken effect after the one of the receipt.
  const since = unanswered.length > 0 ? ANY_TIME : undefined;
  const confirmation = await sink.confirm(expected, { receipt, since }, call);
  if (!tellsNothing({ ...evidence, confirmation })) return { ...evidence, confirmation };
  return { ...evidence, confirmation: await presence(sink, names, call) };
}

/** What a sink that shows no values reveals by names only. */
async function presence(
  sink: SecretSink,
  names: readonly string[],
  call: CallOptions,
): Promise<Confirmation> {
  const { present } = await sink.check(names, call);
  if (present === undefined || present.length >= names.length) return 'unreadable';
  return present.length === 0 ? 'absent' : 'different';
}

function tellsNothing(evidence: SinkEvidence): boolean {
  return !showsToken(evidence) && (evidence.confirmation ?? 'unreadable') === 'unreadable';
}
