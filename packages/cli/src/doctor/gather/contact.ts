import type { SinkReport } from '@keyturn/core';
import { fittingLayout, layoutFields, proposal, type RotationState } from '@keyturn/core/unstable';

import { adviceOf } from '../../workflows/advice.ts';
import type { Pipelines } from '../../workflows/read.ts';
import type { ContactEvidence } from '../evidence.ts';
import type { Probes } from './probe.ts';
import type { Place } from './place.ts';

/** According to the ledger, keyturn neither issued the current token nor wrote to the sink. */
export function isFirstContact(state: RotationState | undefined, sink: string): boolean {
  if (state === undefined) return true;
  const current = state.tokens.get(state.current ?? '');
  const record = state.sinks.get(sink);
  const isWritten = record?.sent === true || record?.receipt !== undefined;
  return current?.askedAt === undefined && !isWritten;
}

/** What is at a place and near it, before keyturn writes there for the first time. */
export async function lookAround(
  { sink, names, layout, spellings, rotation }: Place,
  { present }: SinkReport,
  state: RotationState | undefined,
  { run, signal }: Probes,
  readPipelines: () => Promise<Pipelines>,
): Promise<ContactEvidence | undefined> {
  if (present === undefined || layout === undefined) return undefined;
  const advice = adviceOf(await readPipelines(), layout, new Set([sink.kind]));
  const [usual, ...others] = spellings;
  const known = [
    ...(usual === undefined ? [] : [usual]),
    ...advice.reads.map((read) => read.layout),
    ...others,
  ];
  const found = present.map(({ name }) => name);
  const query = { names, ...(state?.current !== undefined && { token: state.current }) };
  const asked = sink.neighbours?.bind(sink);
  const near = asked && (await run(sink.id, () => asked(query, { signal }))).value;
  const here = (near ?? []).filter(({ scope }) => scope === undefined).map(({ name }) => name);
  const there = [...found, ...here];
  return {
    rotation,
    fields: layoutFields(layout),
    present: found,
    ...(near !== undefined && { near }),
    proposal: proposal({ layout, spellings: known }, there),
    isKnownOtherwise: fittingLayout(layout, known, there) !== undefined,
    pipelines: advice,
  };
}
