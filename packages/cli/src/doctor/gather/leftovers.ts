import type { SecretSink } from '@keyturn/core';

import { LEFTOVERS } from '../../messages-of-checks.ts';
import type { LeftoverEvidence } from '../evidence.ts';
import type { Ledgers } from './ledgers.ts';
import type { Probes } from './probe.ts';
import {
  formerlyKnown,
  leftoversAt,
  leftoverText,
  type FoundLeftover,
  type Session,
} from '@keyturn/host/session';

/**
 * What killed deliveries left, at the checked sinks and at those that only a ledger contains.
 *
 * @param before what was at the checked sinks before the check, which removes what it can
 */
export async function lookForLeftovers(
  sinks: readonly SecretSink[],
  before: readonly FoundLeftover[],
  ledgers: Ledgers,
  session: Session,
  { run, signal }: Probes,
): Promise<LeftoverEvidence[]> {
  const now = await run(LEFTOVERS, async () => {
    const former: SecretSink[] = [];
    for (const state of ledgers.values())
      former.push(...(await formerlyKnown(state, [...sinks, ...former], session)));
    return leftoversAt([...sinks, ...former], signal);
  });
  const left = new Map((now.value ?? []).map((one) => [one.path, one]));
  const all = new Map([...before, ...left.values()].map((one) => [one.path, one]));
  return [...all.values()].map((one) => ({
    ...leftoverText(one),
    sink: one.sink,
    isGone: now.value !== undefined && !left.has(one.path),
  }));
}
