import { leftoverRemoved } from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';

const { warn, wrong } = about('sinks');

/** Secrets that killed deliveries left on this machine. */
export function leftovers({ leftovers: found }: Pick<Evidence, 'leftovers'>): Diagnosis[] {
  return found.map(({ text, fix, sink, isGone }) => ({
    ...(isGone
      ? warn('sink-plaintext', leftoverRemoved(text))
      : wrong('sink-plaintext', { text, fix })),
    sinks: [sink],
  }));
}
