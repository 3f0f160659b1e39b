import type { TokenIssuer } from '../../contracts/issuer.ts';
import { layoutAt, type Layouts } from '../../layout/layout.ts';
import { applyRecords } from '../../ledger/apply.ts';
import {
  covers,
  difference,
  identityOf,
  isSameIssuer,
  isSamePlace,
  overlap,
  placeOf,
  type IssuerIdentity,
  type SinkPlace,
} from '../../ledger/place.ts';
import type { RotationEvent } from '../../ledger/event.ts';
import type { RotationState, SinkRecord } from '../../ledger/state.ts';
import type { SecretSink } from '../../contracts/sink.ts';

/**
 * The state as it is once the configuration's places are taken into account, for who only reads the ledger: what a target meant
 * before has a key of its own. Pure.
 */
export function asConfigured(
  state: RotationState,
  issuer: Pick<TokenIssuer, 'id' | 'server'>,
  sinks: readonly Pick<SecretSink, 'id' | 'server' | 'limits'>[],
  layouts: Layouts,
): RotationState {
  const places = new Map(
    sinks.map((sink) => [sink.id, placeOf(sink, layoutAt(layouts, sink.id))] as const),
  );
  const events = reconcile(state, identityOf(issuer), places);
  const at = new Date(0).toISOString();
  return applyRecords(
    state,
    events.map((event) => ({ seq: 0, prev: '', at, event })),
  );
}

type Places = ReadonlyMap<string, SinkPlace>;

/**
 * What has to be recorded since the configuration means other things than the ledger knows by its targets. Pure. What the old
 * ones may hold is kept under a key of their own, until they are overwritten or forgotten.
 */
export function reconcile(
  state: RotationState,
  issuer: IssuerIdentity,
  configured: Places,
): RotationEvent[] {
  if (state.rotation === '') return [];
  const sinks = new Map(state.sinks);
  return [
    ...[...configured].flatMap(([id, place]) => departure(sinks, id, place)),
    ...[...configured].flatMap(([id, place]) => arrival(sinks, configured, id, place)),
    ...identification(state, sinks, issuer, configured),
  ];
}

/** The place that the ledger knows by this target is not the one that it means now. */
function departure(sinks: Map<string, SinkRecord>, id: string, now: SinkPlace): RotationEvent[] {
  const known = sinks.get(id);
  if (known?.place === undefined || isSamePlace(known.place, now)) return [];
  if (covers(now, known.place)) {
    sinks.set(id, { ...known, place: now, outdated: true });
    return [{ type: 'outdated', sink: id, place: now }];
  }
  const to = freeKey(sinks, `${id}#${difference(known.place, now)}`);
  sinks.delete(id);
  sinks.set(to, { ...known, id: to });
  return [{ type: 'moved', sink: id, to, ...(overlap(now, known.place) && { overlaps: true }) }];
}

/** The place is known already, by another spelling or from before it left. */
function arrival(
  sinks: Map<string, SinkRecord>,
  configured: Places,
  id: string,
  now: SinkPlace,
): RotationEvent[] {
  if (sinks.has(id)) return [];
  const known = [...sinks.values()].find(
    (sink) =>
      !configured.has(sink.id) &&
      (sink.place === undefined ? isOldSpelling(sink.id, id) : isSamePlace(sink.place, now)),
  );
  if (known === undefined) return [];
  sinks.delete(known.id);
  sinks.set(id, { ...known, id });
  return [{ type: 'moved', sink: known.id, to: id }];
}

/** Ledgers of before keep what a target says beside its path as it was written: environments ignore case. */
function isOldSpelling(old: string, now: string): boolean {
  const [path, query = ''] = old.split('?');
  const [wanted, asked = ''] = now.split('?');
  return path === wanted && query !== asked && query.toLowerCase() === asked.toLowerCase();
}

/** Ledgers of before know neither the issuer nor the places: those of now are taken for them. */
function identification(
  state: RotationState,
  sinks: ReadonlyMap<string, SinkRecord>,
  issuer: IssuerIdentity,
  configured: Places,
): RotationEvent[] {
  const places = [...configured].filter(([id, now]) => {
    const sink = sinks.get(id);
    if (sink === undefined) return false;
    return sink.place === undefined || isMoreExact(now, sink.place);
  });
  const isKnown = state.issuer !== undefined && isMoreOrSame(state.issuer, issuer);
  return places.length === 0 && isKnown
    ? []
    : [{ type: 'identified', issuer, places: Object.fromEntries(places) }];
}

/** It is the same place, and more is known of it, or it is spelt otherwise. */
function isMoreExact(now: SinkPlace, known: SinkPlace): boolean {
  return (
    now.target !== known.target ||
    (now.thing !== undefined && known.thing === undefined) ||
    (now.server !== undefined && known.server === undefined)
  );
}

function isMoreOrSame(known: IssuerIdentity, now: IssuerIdentity): boolean {
  return isSameIssuer(known, now) && (known.server !== undefined || now.server === undefined);
}

function freeKey(sinks: ReadonlyMap<string, unknown>, key: string): string {
  if (!sinks.has(key)) return key;
  for (let number = 2; ; number++) if (!sinks.has(`${key}#${number}`)) return `${key}#${number}`;
}
