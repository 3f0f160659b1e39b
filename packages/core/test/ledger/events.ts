import type { Layout } from '../../src/index.ts';
import type { RotationEvent, SinkPlace } from '../../src/ledger/index.ts';
import { applyRecords, emptyState, type RotationState } from '../../src/unstable.ts';

export const receipt = { at: '2026-11-24T00:00:00.000Z' };
export const layout: Layout = { kind: 'pair', names: { id: 'ID', token: 'TOKEN' } };
export const ref = (id: string) => ({
  id,
  label: `label-${id}`,
  issuedAt: '2026-01-01T00:00:00.000Z',
});
export const place = (target: string, changes: Partial<SinkPlace> = {}): SinkPlace => ({
  target,
  layout,
  ...changes,
});

/** The time that the nth event has, in minutes after midnight. */
export const minute = (nth: number): string =>
  new Date(Date.UTC(2026, 10, 24, 0, nth)).toISOString();

/** Applies events a minute apart, by the clock `by`. */
export function after(
  events: readonly RotationEvent[],
  state: RotationState = emptyState,
  from = 0,
  by?: string,
): RotationState {
  return applyRecords(
    state,
    events.map((event, i) => ({
      seq: i,
      prev: '',
      at: minute(from + i),
      ...(by !== undefined && { by }),
      event,
    })),
  );
}

export const opened: RotationEvent = {
  type: 'opened',
  rotation: 'r',
  summary: { tokens: [], sinks: [], attempts: [] },
};
export const adopted: Extract<RotationEvent, { type: 'adopted' }> = {
  type: 'adopted',
  token: ref('old'),
  sinks: ['a', 'b'],
  permissions: ['read'],
};
export const started = (id: string): RotationEvent => ({
  type: 'started',
  label: `label-${id}`,
  reason: 'age',
});
export const issued = (id: string): RotationEvent => ({
  type: 'issued',
  label: `label-${id}`,
  token: ref(id),
});
export const verified = (id: string): RotationEvent[] => [
  started(id),
  issued(id),
  { type: 'granted', token: id, permissions: ['write'] },
  { type: 'verified', token: id },
];
export const sending = (token: string, sink: string): RotationEvent => ({
  type: 'sending',
  token,
  sink,
});
export const write = (token: string, sink: string): RotationEvent[] => [
  sending(token, sink),
  { type: 'delivered', token, sink, receipt },
];
/** From midnight on: `new` is brought in, and nothing is delivered yet. */
export const begun = after([opened, adopted, ...verified('new')]);
/** `new` is the token in use since 00:10. */
export const completed = after(
  [...write('new', 'a'), ...write('new', 'b'), { type: 'completed', token: 'new' }],
  begun,
  6,
);
