import type { IssuerAdapter, KeyturnError, Layout, SecretSink } from '@keyturn/core';
import { layoutAt, layoutNames, sinkFor } from '@keyturn/core/unstable';

import { LEFTOVERS, sinkNotFound } from '../../messages-of-checks.ts';
import { pipelinesOnce } from '../../workflows/advice.ts';
import type { Pipelines } from '../../workflows/read.ts';
import type { SinkEvidence, SinksEvidence } from '../evidence.ts';
import { isFirstContact, lookAround } from './contact.ts';
import type { OpenedIssuers } from './issuers.ts';
import type { Ledgers } from './ledgers.ts';
import type { Probes } from './probe.ts';
import type { Place, SinkChoice } from './place.ts';
import {
  readEntry,
  layoutsOf,
  leftoversAt,
  type FoundLeftover,
  mapLimited,
  select,
  kindOf,
  type Session,
  openSinks,
} from '@keyturn/host/session';

/** How many sinks are checked at a time. */
const CONCURRENCY = 16;

/** Checks every sink of the rotations as a run would, and the credentials of each kind once. */
export async function askSinks(
  rotations: readonly SinkChoice[],
  filters: readonly string[],
  issuers: OpenedIssuers,
  ledgers: Ledgers,
  session: Session,
  probes: Probes,
): Promise<
  SinksEvidence & { readonly places: readonly Place[]; readonly left: readonly FoundLeftover[] }
> {
  const adapterOf = (rotation: string): IssuerAdapter | undefined =>
    issuers.of(rotation)?.adapter.value;
  const readers = new Map<IssuerAdapter, Promise<Pipelines>>();
  const read = pipelinesOnce(session);
  const readPipelines = async (rotation: string): Promise<Pipelines> => {
    const adapter = adapterOf(rotation);
    if (adapter === undefined) return { uses: [], unread: [] };
    const reading = readers.get(adapter) ?? read(adapter);
    readers.set(adapter, reading);
    return reading;
  };
  const opened = await Promise.all(
    rotations.map((rotation) => open(rotation, filters, adapterOf(rotation.name), session, probes)),
  );
  const places = new Map<string, Place>();
  for (const place of opened.flatMap((one) => one.places))
    places.set(`${place.sink.id} ${place.names.join()}`, place);
  const unmatched = opened.every((one) => one.places.length + one.failed.length === 0);
  const firstOfKind = new Map([...places.values()].map(({ sink }) => [sink.kind, sink]));
  // A check removes what it can.
  const sinks = [...places.values()].map(({ sink }) => sink);
  const left = (await probes.run(LEFTOVERS, () => leftoversAt(sinks, probes.signal))).value;
  const [checked, credentials] = await Promise.all([
    mapLimited([...places.values()], CONCURRENCY, (place) =>
      check(place, ledgers, () => readPipelines(place.rotation), probes),
    ),
    Promise.all([...firstOfKind.values()].map((sink) => tell(sink, probes))),
  ]);
  return {
    places: [...places.values()],
    left: left ?? [],
    checks: [
      ...(filters.length > 0 && unmatched ? [missing(filters)] : []),
      ...opened.flatMap((one) => one.failed),
      ...checked,
    ],
    credentials: credentials.flat(),
    warnings: opened.flatMap((one) => one.warnings),
  };
}

/** A filter that matches nothing would look like a healthy result. */
function missing(filters: readonly string[]): SinkEvidence {
  const id = filters.join(', ');
  return { id, kind: kindOf(id), report: { error: sinkNotFound(filters) } };
}

async function check(
  place: Place,
  ledgers: Ledgers,
  readPipelines: () => Promise<Pipelines>,
  probes: Probes,
): Promise<SinkEvidence> {
  const { sink, names, rotation } = place;
  const { id, kind } = sink;
  const known = !isFirstContact(ledgers.get(rotation), id);
  const report = await probes.run(id, () => sink.check(names, { signal: probes.signal, known }));
  const contact =
    known || report.value === undefined
      ? undefined
      : await lookAround(place, report.value, ledgers.get(rotation), probes, readPipelines);
  return { id, kind, report, ...(contact !== undefined && { contact }) };
}

async function tell(
  sink: SecretSink,
  { run, signal }: Probes,
): Promise<SinksEvidence['credentials']> {
  const { kind } = sink;
  const credentials = sink.credentials?.bind(sink);
  if (credentials === undefined) return [];
  return [{ kind, report: await run(kind, () => credentials({ signal })) }];
}

/** One entry that cannot be opened does not hide the others. */
async function open(
  { name, sinks: texts, ...rotation }: SinkChoice,
  filters: readonly string[],
  adapter: IssuerAdapter | undefined,
  session: Session,
  { run }: Probes,
): Promise<{ places: Place[]; failed: SinkEvidence[]; warnings: readonly string[] }> {
  const failed: SinkEvidence[] = [];
  const fail = (id: string, error: KeyturnError): unknown =>
    failed.push({ id, kind: kindOf(id.replace(/^!/, '')), report: { error } });
  const good = await Promise.all(
    texts.map(async (text) => {
      const entry = await run(text, async () => {
        const read = await readEntry(text, session);
        if (read.type === 'target') await session.sink(text);
        return read;
      });
      if (entry.error !== undefined) fail(text, entry.error);
      return entry.error === undefined ? [text] : [];
    }),
  );
  const found = await run(name, async () => {
    const resolved = await openSinks(name, good.flat(), session, async ({ text }) => ({
      ...(await session.expand(text)),
      isWhole: true,
    }));
    const ids = new Set(
      filters.length === 0 ? undefined : await select(filters, resolved.sinks, session),
    );
    const isWanted = ({ id }: SecretSink): boolean => filters.length === 0 || ids.has(id);
    return { ...resolved, sinks: resolved.sinks.filter(isWanted) };
  });
  if (found.error !== undefined) {
    fail(name, found.error);
    return { places: [], failed, warnings: [] };
  }
  const { sinks, failure, warnings, entries: resolvedEntries } = found.value;
  if (failure !== undefined) fail(name, failure);
  const laidOut = await run(name, async () =>
    adapter === undefined ? undefined : layoutsOf(rotation, adapter, resolvedEntries),
  );
  if (laidOut.error !== undefined) fail(name, laidOut.error);
  const layouts = laidOut.value;
  const { pair, others = [] } = adapter?.names ?? {};
  const spellings: Layout[] = [
    ...(pair === undefined ? [] : [{ kind: 'pair', names: pair } as const]),
    ...others,
  ];
  const places = sinks.map((sink) => {
    const layout = layouts && layoutAt(layouts, sink.id);
    return {
      rotation: name,
      layout,
      spellings,
      sink: layout === undefined ? sink : sinkFor(layout, sink),
      names: layout === undefined ? [] : layoutNames(layout),
    };
  });
  return { places, failed, warnings };
}
