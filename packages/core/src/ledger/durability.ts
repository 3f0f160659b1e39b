import type { EventType } from './event.ts';
import type { LedgerRecord } from './record.ts';

/**
 * Events that say what came of something, or what the ledger goes on with. A run that finds them missing, after a crash, looks again or
 * does again what is safe to do twice: so they become durable with the next event that announces an effect, or at the end of the run.
 */
const results: ReadonlySet<EventType> = new Set([
  'opened',
  'adopted',
  'issued',
  'declined',
  'lost',
  'found',
  'absent',
  'granted',
  'rejected',
  'verified',
  'delivered',
  'stamped',
  'undelivered',
  'settled',
  'moved',
  'identified',
  'outdated',
  'looked',
  'missed',
  'drifted',
  'completed',
  'tried',
  'revoked',
  'finished',
]);

/** How soon these records must be durable: at once if one of them announces an effect, or gives something up. */
export function durabilityOf(records: readonly LedgerRecord[]): 'now' | 'with-the-next' {
  return records.every(({ event }) => results.has(event.type)) ? 'with-the-next' : 'now';
}
