import { holders, isElsewhere, storedNames, type SinkRecord } from '@keyturn/core/unstable';

/** A place that might hold a token, but that the configuration no longer contains, or never did. */
export interface FormerSink {
  /** Its key in the ledger, for `forget`. */
  readonly id: string;
  readonly mayHold: readonly string[];
  /**
   * `left`: it is no longer a sink of the rotation. `names`: the configuration writes other names there. `place`: the target now refers
   * to another object, server or folder. `elsewhere`: names near a sink that keyturn never wrote.
   */
  readonly why: 'left' | 'names' | 'place' | 'elsewhere';
  /** The sink that it belongs to: the id without the part that distinguishes the two. */
  readonly target: string;
  /** The names that were written there, if the ledger has them. */
  readonly names: readonly string[];
}

export function formerSinks(
  sinks: ReadonlyMap<string, SinkRecord>,
  configured: ReadonlySet<string>,
): FormerSink[] {
  return [...sinks.values()]
    .filter((sink) => !configured.has(sink.id) && holders(sink).size > 0)
    .map(formerSink);
}

function formerSink(sink: SinkRecord): FormerSink {
  const { id, place } = sink;
  const elsewhere = isElsewhere(id);
  const target = elsewhere ? id.slice(0, id.lastIndexOf('#')) : targetOf(sink);
  const what = { id, mayHold: [...holders(sink)], target };
  if (elsewhere) return { ...what, why: 'elsewhere', names: [] };
  const names = place === undefined ? [] : storedNames(place.layout);
  if (id === target) return { ...what, why: 'left', names };
  const differsInNames =
    place !== undefined && id.slice(target.length + 1).startsWith(`${place.layout.kind}=`);
  return { ...what, why: differsInNames ? 'names' : 'place', names };
}

/** The key of a place that was moved begins with its target. */
function targetOf({ id, place }: SinkRecord): string {
  const target = place?.target;
  return target !== undefined && id.startsWith(`${target}#`) ? target : id;
}
