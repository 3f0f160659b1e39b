import type { StateStore } from '@keyturn/core/ledger';
import { holders, readState, type RotationState } from '@keyturn/core/unstable';
import { listed } from '@keyturn/host/text';

/** A rotation that is involved with a token or a sink. */
export interface Involved {
  readonly rotation: string;
  /** The first few sinks, as text. */
  readonly sinks: string;
}

/** The rotation whose sinks may contain the token, according to its ledger. */
export function holderOf(id: string, store: StateStore): Promise<Involved | undefined> {
  return search(store, ({ sinks }) =>
    [...sinks.values()].filter((sink) => holders(sink).has(id)).map((sink) => sink.id),
  );
}

/** The rotation that wrote to the sink, according to its ledger. */
export function rotationOf(sink: string, store: StateStore): Promise<Involved | undefined> {
  return search(store, ({ sinks }) => (sinks.has(sink) ? [sink] : []));
}

async function search(
  store: StateStore,
  sinksIn: (state: RotationState) => readonly string[],
): Promise<Involved | undefined> {
  for (const rotation of await store.rotations()) {
    const sinks = sinksIn(await readState(store, rotation));
    if (sinks.length > 0) return { rotation, sinks: listed(sinks, 5) };
  }
  return undefined;
}
