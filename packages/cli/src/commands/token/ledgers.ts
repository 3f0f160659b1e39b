import type { StateStore } from '@keyturn/core/ledger';
import { holders, readState, type RotationState } from '@keyturn/core/unstable';
import { listed } from '@keyturn/host/text';

/** A rotation that is involved with a token or a sink. */
export interface Involved {
  readonly rotation: string;
  /** The first few sinks, as text; undefined if only running jobs may still use the token. */
  readonly sinks: string | undefined;
}

/** The rotation whose sinks may contain the token, or that keeps it for running jobs, according to its ledger. */
export function holderOf(id: string, store: StateStore): Promise<Involved | undefined> {
  return search(store, ({ sinks, tokens }) => {
    const holding = [...sinks.values()].filter((sink) => holders(sink).has(id));
    if (holding.length > 0) return holding.map((sink) => sink.id);
    const token = tokens.get(id);
    return token?.retired === true && token.exposed && token.condemned !== true ? [] : undefined;
  });
}

/** The rotation that wrote to the sink, according to its ledger. */
export function rotationOf(sink: string, store: StateStore): Promise<Involved | undefined> {
  return search(store, ({ sinks }) => (sinks.has(sink) ? [sink] : undefined));
}

async function search(
  store: StateStore,
  sinksIn: (state: RotationState) => readonly string[] | undefined,
): Promise<Involved | undefined> {
  for (const rotation of await store.rotations()) {
    const sinks = sinksIn(await readState(store, rotation));
    if (sinks === undefined) continue;
    return { rotation, sinks: sinks.length === 0 ? undefined : listed(sinks, 5) };
  }
  return undefined;
}
