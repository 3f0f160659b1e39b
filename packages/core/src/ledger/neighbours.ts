import type { SinkPlace } from './place.ts';
import type { LedgerRecord } from './record.ts';
import type { SinkRecord } from './state.ts';

/**
 * The only sinks that a delivery of these records may overwrite, among others that it does not: the records name them, or they were at
 * a thing that the records name. A fan-out asks once for all of its records, and not for each delivery of every other sink.
 */
export function neighboursOf(
  sinks: ReadonlyMap<string, SinkRecord>,
  records: readonly LedgerRecord[],
): Iterable<string> {
  if (!records.some(({ event }) => event.type === 'delivered')) return [];
  const ids = new Set<string>();
  const things = new Set<string | undefined>();
  const at = (place: Partial<SinkPlace> | undefined): void => {
    things.add(place?.target).add(place?.thing);
  };
  for (const { event } of records) {
    if (event.type === 'opened') for (const { id } of event.summary.sinks) ids.add(id);
    if (event.type === 'moved') ids.add(event.to);
    if ('sink' in event) {
      ids.add(event.sink);
      at(sinks.get(event.sink)?.place);
    }
    if ('place' in event) at(event.place);
    if ('places' in event)
      for (const [id, place] of Object.entries(event.places ?? {})) {
        ids.add(id);
        at(place);
      }
  }
  things.delete(undefined);
  sinks.forEach(({ id, place }) => {
    if (place !== undefined && (things.has(place.target) || things.has(place.thing))) ids.add(id);
  });
  return ids;
}
