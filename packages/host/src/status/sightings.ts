import type { LedgerRecord } from '@keyturn/core/ledger';

/** The key of the current token, beside the ids of sinks. */
export const TOKEN = 'token';

/** When drift was first seen in these records: ISO 8601, by the id of the sink. Pure. */
export function sightings(records: readonly LedgerRecord[]): ReadonlyMap<string, string> {
  const seen = new Map<string, string>();
  for (const { event, at } of records) {
    if (event.type === 'looked') note(seen, event.sink, event.shows !== 'same', at);
    else if (event.type === 'missed') note(seen, TOKEN, event.missing, at);
    else if (event.type === 'completed') seen.delete(TOKEN);
    else if (event.type === 'delivered') seen.delete(event.sink);
    else if (event.type === 'moved') {
      const known = seen.get(event.sink);
      seen.delete(event.sink);
      if (known !== undefined) seen.set(event.to, known);
    }
  }
  return seen;
}

function note(seen: Map<string, string>, key: string, isThere: boolean, at: string): void {
  if (!isThere) seen.delete(key);
  else if (!seen.has(key)) seen.set(key, at);
}
