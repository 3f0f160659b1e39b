import type { RotationEvent } from './event.ts';
import { changeSink, unknownSink, without, withoutLast, type Draft } from './draft.ts';
import { tokenNotDeliverable } from '../messages.ts';
import { covers } from './place.ts';
import type { Refusals, SinkRecord, Unanswered } from './state.ts';

type Of<Type extends RotationEvent['type']> = Extract<RotationEvent, { type: Type }>;

/** When something was recorded, and by which machine's clock. */
export type Time = Pick<Unanswered, 'at' | 'by'>;

export function send(draft: Draft, event: Of<'sending'>, time: Time): void {
  const token = draft.tokens.get(event.token);
  if (token === undefined || token.retired) throw tokenNotDeliverable(event.token);
  draft.tokens.set(event.token, { ...token, exposed: true });
  const sink = draft.sinks.get(event.sink) ?? unknownSink(event.sink);
  const { place, clock, deploys } = event;
  draft.sinks.set(event.sink, {
    ...sink,
    ...(place !== undefined && { place }),
    ...(deploys !== undefined && { deploys }),
    sent: true,
    unanswered: [
      ...sink.unanswered,
      { token: event.token, ...time, ...(clock !== undefined && { clock }) },
    ],
  });
}

/** What the new delivery has overwritten is released: at the sink itself, and at those that left with names among its own. */
export function deliver(
  draft: Draft,
  { sink: id, token, receipt }: Of<'delivered'>,
  at: string,
  neighbours: readonly string[],
): void {
  changeSink(draft, id, at, (sink) => ({
    ...without(sink, 'outdated', 'shows', 'refusals'),
    base: [token],
    unanswered: withoutLast(sink.unanswered, token),
    receipt,
  }));
  const written = draft.sinks.get(id)?.place;
  for (const other of neighbours) {
    const place = draft.sinks.get(other)?.place;
    if (written === undefined || place === undefined || other === id) continue;
    if (covers(written, place)) changeSink(draft, other, at, (sink) => ({ ...sink, base: [] }));
  }
}

/** What is told of any other delivery than the last one says nothing. */
export function stamp(draft: Draft, { sink: id, token, stamps }: Of<'stamped'>): void {
  const sink = draft.sinks.get(id);
  const [held, ...others] = sink?.base ?? [];
  if (sink?.receipt === undefined || held !== token || others.length > 0) return;
  const receipt = { ...sink.receipt, stamps: { ...sink.receipt.stamps, ...stamps } };
  draft.sinks.set(id, { ...sink, receipt });
}

/** Failures of this process or its store say nothing of the sink. */
const NOT_THE_SINK = /^(?:STATE_|INTERRUPTED$)/;

/** Another token was refused, or the same one again. */
function refused(
  { refusals }: SinkRecord,
  { token, code }: Of<'undelivered'>,
  at: string,
): Refusals {
  const count = (refusals?.count ?? 0) + (refusals?.token === token ? 0 : 1);
  return { token, count, at, code };
}

export function fail(draft: Draft, event: Of<'undelivered'>, time: Time): void {
  changeSink(draft, event.sink, time.at, (sink) => {
    const sent = sink.unanswered.findLast(({ token }) => token === event.token);
    const others = withoutLast(sink.unanswered, event.token);
    // It may have been sent as late as now, however long it waited for its turn.
    const late = { ...sent, token: event.token, ...time };
    const unanswered = event.effect === 'none' ? others : [...others, late];
    const refusals = NOT_THE_SINK.test(event.code) ? sink.refusals : refused(sink, event, time.at);
    return { ...sink, unanswered, ...(refusals !== undefined && { refusals }) };
  });
}
