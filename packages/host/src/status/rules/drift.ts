import type { Finding } from '../finding.ts';
import { driftFix, sinksChanged, tokenDeleted, tokenTurnedOff } from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import type { SinkStatus } from '../sink-status.ts';
import { problem, withFlag } from './make.ts';

/** What was changed outside keyturn, as seen by the last check. */
export function drift(status: RotationStatus, command: string): Finding[] {
  const { missing, drift: how, sinks, kept } = status;
  if (how === 'off') return [];
  const fix = driftFix(how === 'heal', command, withFlag(command, '--force'));
  const found: Finding[] = [];
  if (missing !== null) {
    const { token, isCopied, isDisabled, since } = missing;
    const said = isDisabled
      ? tokenTurnedOff(token, since ?? undefined, fix)
      : tokenDeleted(token, isCopied, since ?? undefined, fix);
    found.push(problem('drifted', said));
  }
  const waiting = kept.filter(({ reason }) => reason === 'drifted').map(({ id }) => id);
  for (const shows of ['overwritten', 'removed'] as const) {
    const some = sinks.filter((sink) => sink.drift?.shows === shows);
    if (some.length === 0) continue;
    const ids = some.map(({ id }) => id);
    const there = shows === 'overwritten' ? waiting : [];
    const said = sinksChanged(ids, shows, first(some.map(sinceOf)), there, fix);
    found.push(problem('drifted', said));
  }
  return found;
}

function sinceOf({ drift: seen }: SinkStatus): string | null {
  return seen?.since ?? null;
}

function first(times: readonly (string | null)[]): string | undefined {
  return times.filter((time) => time !== null).toSorted()[0];
}
