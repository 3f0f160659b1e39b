import { isAbsolute } from 'node:path';

import type { Leftover, SecretSink } from '@keyturn/core';
import { isElsewhere, type RotationState } from '@keyturn/core/unstable';

import { mapLimited } from './limited.ts';
import { Session } from './session.ts';

const CONCURRENCY = 16;

/** Plaintext on this machine, and the sink whose delivery left it there. */
export interface FoundLeftover extends Leftover {
  readonly sink: string;
}

/** What killed deliveries to these sinks left on this machine. A sink that cannot be checked is skipped. */
export async function leftoversAt(
  sinks: readonly SecretSink[],
  signal: AbortSignal,
): Promise<FoundLeftover[]> {
  const looked = sinks.flatMap((sink) => {
    const look = sink.leftovers?.bind(sink);
    return look === undefined ? [] : [{ sink: sink.id, look }];
  });
  const found = await mapLimited(looked, CONCURRENCY, async ({ sink, look }) => {
    const leftovers = await look({ signal }).catch(() => []);
    return leftovers.map((one) => ({ ...one, sink }));
  });
  return found.flat();
}

/** The sinks in a ledger that are not among `known`, at their recorded places, no matter what the configuration says now. */
export async function formerlyKnown(
  state: RotationState,
  known: readonly SecretSink[],
  session: Session,
): Promise<SecretSink[]> {
  const servers = new Map(known.map(({ id, server }) => [id, server]));
  const others = [...state.sinks.values()].filter(({ id, place }) => {
    const isKnown = servers.has(id) && [undefined, servers.get(id)].includes(place?.server);
    return !isKnown && !isElsewhere(id);
  });
  const opened = await mapLimited(others, CONCURRENCY, async ({ id, place }) => {
    const { target = id, server } = place ?? {};
    const folder = server !== undefined && isAbsolute(server) ? server : session.directory;
    // A ledger is input: no code is loaded because of it. The adapter might be gone, too.
    const there = new Session(session.surroundings, folder, { purpose: 'reads' });
    return there.sink(target).catch(() => undefined);
  });
  return opened.filter((sink) => sink !== undefined);
}
