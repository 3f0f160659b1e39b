import {
  KeyturnError,
  mapLimited,
  type CallOptions,
  type RotationRequest,
  type SecretSink,
} from '@keyturn/core';
import { layoutAt, layoutNames } from '@keyturn/core/unstable';

import { evidenceTexts } from '../messages-of-checks.ts';

/** What a sink suggests about its token. */
export type Evidence = { readonly sink: string } & (
  | {
      readonly shows: 'id';
      readonly id: string;
      readonly seen: string;
      /** Beside what keyturn writes: jobs might continue to read it there. */
      readonly isBeside: boolean;
    }
  | { readonly shows: 'tail'; readonly idTail: string; readonly seen: string }
  /** It holds something, or might, but does not show it. */
  | { readonly shows: 'nothing' }
  /** None of the names exists there. */
  | { readonly shows: 'absence' }
  | { readonly shows: 'failure'; readonly error: KeyturnError }
);

const AT_ONCE = 8;
/** Too many ids share fewer characters. */
const LEAST_TAIL = 4;

/** Asks every sink of a rotation, in the order of the configuration. One that fails does not stop the others. */
export async function gatherEvidence(
  request: Pick<RotationRequest, 'sinks' | 'layout' | 'layouts'>,
  options: CallOptions,
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  const asked = mapLimited(request.sinks, AT_ONCE, (plain) => {
    const layout = layoutAt(request, plain.id);
    const sink = layout.kind === 'slots' ? (plain.slots?.(layout.slot) ?? plain) : plain;
    return evidenceOf(sink, layoutNames(layout), options);
  });
  for await (const one of asked) evidence.push(one);
  return evidence;
}

async function evidenceOf(
  sink: SecretSink,
  names: readonly string[],
  options: CallOptions,
): Promise<Evidence> {
  const { id: place } = sink;
  try {
    const [{ present }, hint, clue] = await Promise.all([
      sink.check(names, options),
      sink.holds?.(names, options),
      sink.clue?.(names, options),
    ]);
    if (await isAbsent(sink, names, present, options)) return { sink: place, shows: 'absence' };
    const seen = clue?.seen ?? '';
    if (hint?.id !== undefined)
      return { sink: place, shows: 'id', id: hint.id, seen: names[0] ?? '', isBeside: false };
    if (clue?.id !== undefined)
      return { sink: place, shows: 'id', id: clue.id, seen, isBeside: true };
    const idTail = clue?.idTail ?? '';
    if (idTail.length >= LEAST_TAIL) return { sink: place, shows: 'tail', idTail, seen };
    return { sink: place, shows: 'nothing' };
  } catch (error) {
    if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
    return { sink: place, shows: 'failure', error };
  }
}

/** If the check does not list the names, confirms their absence separately. */
async function isAbsent(
  sink: SecretSink,
  names: readonly string[],
  present: readonly unknown[] | undefined,
  options: CallOptions,
): Promise<boolean> {
  if (present !== undefined) return present.length === 0;
  const expected = names.map((name) => ({ name }));
  return (await sink.confirm(expected, {}, options)) === 'absent';
}

/** The evidence in words: `PLANETSCALE_SERVICE_TOKEN_ID is k3v9x0q2abcd`. */
export function evidenceText(evidence: Evidence): string {
  switch (evidence.shows) {
    case 'id':
      return evidenceTexts.id(evidence.seen, evidence.id);
    case 'tail':
      return evidenceTexts.tail(evidence.seen, evidence.idTail);
    case 'nothing':
      return evidenceTexts.nothing;
    case 'absence':
      return evidenceTexts.absence;
    case 'failure':
      return evidenceTexts.failure(evidence.error.message);
  }
}
