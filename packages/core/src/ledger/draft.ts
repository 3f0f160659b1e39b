import type { ChangingMap } from './changing-map.ts';
import {
  holders,
  written,
  type RotationState,
  type SinkRecord,
  type TokenRecord,
  type Unanswered,
} from './state.ts';

/** A state that is being changed, before anybody else sees it. */
export type Draft = {
  -readonly [Key in keyof RotationState]: RotationState[Key];
} & { tokens: Map<string, TokenRecord>; sinks: ChangingMap<string, SinkRecord> };

/** Changes a sink, and dates the release of every token that it may no longer hold. */
export function changeSink(
  draft: Draft,
  id: string,
  at: string,
  change: (sink: SinkRecord) => SinkRecord,
): void {
  const before = draft.sinks.get(id) ?? unknownSink(id);
  const after = undeployed(before, change(before));
  draft.sinks.set(id, after);
  const held = holders(after);
  for (const tokenId of holders(before)) {
    const token = draft.tokens.get(tokenId);
    if (token !== undefined && !held.has(tokenId))
      draft.tokens.set(tokenId, { ...token, releasedAt: at });
  }
}

/** What a sink that waits for its deployment held before may be in use until then. */
function undeployed(before: SinkRecord, after: SinkRecord): SinkRecord {
  if (after.deploys !== true) return after;
  const now = new Set(written(after));
  const running = [...holders(before)].filter((token) => !now.has(token));
  return { ...after, running };
}

/** Gives a sink another key. Where names overlap, what is under way to it may land at the one that has its key from now on. */
export function moveSink(draft: Draft, id: string, to: string, overlaps: boolean): void {
  const sink = draft.sinks.get(id);
  if (sink === undefined) return;
  draft.sinks.delete(id);
  draft.sinks.set(to, { ...sink, id: to });
  if (overlaps && sink.unanswered.length > 0)
    draft.sinks.set(id, { ...unknownSink(id), unanswered: sink.unanswered });
}

/**
 * What the token under way has sent may have been sent as late as now: from now on it is known that nothing more is, since
 * its process has given up, or has lost the lock to the one that says so.
 */
export function dateLast(draft: Draft, label: string, time: Pick<Unanswered, 'at' | 'by'>): void {
  draft.attempts = draft.attempts.map((attempt) =>
    attempt.label === label ? { ...attempt, ...time } : attempt,
  );
  const token = draft.active?.token;
  if (token === undefined) return;
  for (const sink of draft.sinks.values()) {
    if (!sink.unanswered.some((entry) => entry.token === token)) continue;
    const unanswered = sink.unanswered.map((entry) =>
      entry.token === token ? { ...entry, ...time } : entry,
    );
    draft.sinks.set(sink.id, { ...sink, unanswered });
  }
}

export function unknownSink(id: string): SinkRecord {
  return { id, base: [], unanswered: [] };
}

/** Without the latest delivery of the token: an earlier one that was not answered may still land. */
export function withoutLast(
  list: SinkRecord['unanswered'],
  token: string,
): SinkRecord['unanswered'] {
  const last = list.findLastIndex((entry) => entry.token === token);
  return list.filter((_, index) => index !== last);
}

/** A copy without some of its members. */
export function without<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  ...keys: readonly Key[]
): Omit<Whole, Key> {
  const copy = { ...whole };
  for (const key of keys) delete copy[key];
  return copy;
}
