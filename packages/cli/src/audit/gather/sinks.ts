import {
  layoutNames,
  type CallOptions,
  type RotationRequest,
  type RotationState,
  type SecretSink,
} from '@keyturn/core';

import { mapLimited } from '../../setup/limited.ts';
import type { Gap, SinkEvidence } from '../evidence.ts';
import { gapOf } from './gap.ts';

const AT_ONCE = 16;
/** Platforms show whole seconds, and their clocks differ a little. */
const TOLERANCE = 2000;

type Asked = Pick<RotationRequest, 'sinks' | 'layout'>;

/** Asks every sink of a rotation what it shows. Reads only. */
export async function askSinks(
  { sinks, layout }: Asked,
  state: RotationState,
  call: CallOptions,
): Promise<{ shown: SinkEvidence[]; gaps: Gap[] }> {
  const shown: SinkEvidence[] = [];
  const gaps: Gap[] = [];
  await mapLimited(sinks, AT_ONCE, async (sink) => {
    try {
      const evidence = await askSink(sink, layout, state, call);
      shown.push(evidence);
      if (tellsNothing(evidence) && state.sinks.has(sink.id))
        gaps.push({
          source: 'sinks',
          subject: sink.id,
          reason: 'it shows nothing that could be compared',
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
  const expected = names.map((name) => ({ name }));
  const record = state.sinks.get(sink.id);
  const hint = await sink.holds?.(names, call);
  const evidence = { id: sink.id, ...(hint !== undefined && { hint }), isOlder: false };
  if (record === undefined) return evidence;
  const confirmation = await sink.confirm(expected, { receipt: record.receipt }, call);
  const token = state.tokens.get(state.current ?? '')?.ref;
  const mayTell = confirmation !== 'absent' && confirmation !== 'different';
  if (token === undefined || !mayTell || sink.supports.readBack === 'value')
    return { ...evidence, confirmation };
  // A receipt of the moment before the token was issued asks: was nothing written since then?
  const at = new Date(Date.parse(token.issuedAt) - TOLERANCE).toISOString();
  const isOlder = (await sink.confirm(expected, { receipt: { at } }, call)) === 'same';
  return { ...evidence, confirmation, isOlder };
}

function tellsNothing({ hint, confirmation, isOlder }: SinkEvidence): boolean {
  return hint?.id === undefined && !isOlder && (confirmation ?? 'unreadable') === 'unreadable';
}
