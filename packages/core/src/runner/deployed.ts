import { sinkUnknown } from '../messages.ts';
import { withLedger } from '../ledger/ledger.ts';
import { observed } from './observed.ts';
import type { RotationRuntime } from './run/request.ts';

/**
 * Records that sinks were deployed, so that their jobs use what was written last; of all that wait for it, or of one of them. The
 * grace of what they used before begins now.
 *
 * @returns the sinks that waited for their deployment
 * @throws {KeyturnError} `USAGE_INVALID` for an unknown sink, and the errors of the store
 */
export async function deployed(
  rotation: string,
  sink: string | undefined,
  { store, owner, clock, observe }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe'>,
): Promise<readonly string[]> {
  const opening = { owner, clock, observe: observed(rotation, observe) };
  return withLedger(store, rotation, opening, async (ledger) => {
    const { sinks } = ledger.state;
    if (sink !== undefined && !sinks.has(sink))
      throw sinkUnknown(rotation, sink, [...sinks.keys()]);
    const waiting = [...sinks.values()]
      .filter(({ id, running = [] }) => running.length > 0 && (sink ?? id) === id)
      .map(({ id }) => id);
    if (waiting.length > 0)
      await ledger.append(...waiting.map((id) => ({ type: 'deployed', sink: id }) as const));
    return waiting;
  });
}
