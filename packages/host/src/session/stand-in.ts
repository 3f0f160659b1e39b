import {
  defineIssuer,
  defineSink,
  type IssuerAdapter,
  type Layout,
  type RotationRequest,
  type SecretSink,
  type SinkAdapter,
  type StandardSchema,
} from '@keyturn/core';
import {
  layoutAt,
  type Layouts,
  type RotationState,
  type SinkRecord,
} from '@keyturn/core/unstable';

import { nothingToAsk } from '../messages.ts';
import { mayBeOfModule, standsInFor } from './session.ts';

const anything: StandardSchema<unknown> = {
  '~standard': { version: 1, vendor: 'keyturn', validate: (value) => ({ value }) },
};

/** Replaces an adapter that is not loaded: configured targets keep their names, and every other call fails. */
export function sinkStandIn(kind: string): SinkAdapter {
  return defineSink<unknown>({
    kind,
    options: anything,
    env: [],
    parseTarget: ({ text }) => text,
    patterns: { filters: [], list: nobody },
    connect: (text) => ({
      id: String(text),
      supports: { readBack: 'none', atomic: false, remove: false },
      limits: {},
      check: absent,
      deliver: absent,
      confirm: absent,
    }),
  });
}

export function issuerStandIn(kind: string): IssuerAdapter {
  return defineIssuer<unknown>({
    kind,
    options: anything,
    env: [],
    names: { pair: { id: 'ID', token: 'TOKEN' }, joined: 'CREDENTIAL', file: 'ENV', slot: 'SLOT' },
    connect: () => ({
      id: kind,
      check: absent,
      list: nobody,
      get: absent,
      issue: absent,
      find: absent,
      grant: absent,
      ungrant: absent,
      verify: absent,
      revoke: absent,
    }),
  });
}

// oxlint-disable-next-line require-yield
async function* nobody(): AsyncGenerator<never> {
  await absent();
}

async function absent(): Promise<never> {
  throw nothingToAsk();
}

type Read = Pick<RotationRequest, 'issuer' | 'sinks' | 'layout' | 'layouts'>;

/**
 * The request, with stand-ins completed from its ledger: only the adapters know the ids, the places and the accepted names, and the
 * ledger recorded them when the sinks were written.
 */
export function asRecorded<Request extends Read>(request: Request, state: RotationState): Request {
  const { issuer, sinks } = request;
  const others = new Set(sinks.map(({ id }) => id));
  const isFree = ({ id }: SinkRecord): boolean => !others.has(id) && !id.includes('#');
  const records = [...state.sinks.values()].filter(isFree);
  const recordOf = ({ kind, id }: SecretSink): SinkRecord | undefined =>
    state.sinks.get(id) ?? records.find((one) => isSpelling(one.id, kind, id));
  const known = standsInFor(issuer) !== undefined ? recordedLayouts(request, state) : request;
  const { layout, layouts = {} } = known;
  return {
    ...request,
    layout,
    layouts,
    issuer: standsInFor(issuer) !== undefined ? { ...issuer, ...state.issuer } : issuer,
    sinks: sinks.map((sink) =>
      standsInFor(sink) !== undefined
        ? recorded(sink, recordOf(sink), layoutAt(known, sink.id))
        : sink,
    ),
  };
}

function isSpelling(known: string, kind: string, id: string): boolean {
  const [itsKind, path] = split(known);
  const isOfKind = itsKind === kind || mayBeOfModule(kind, known);
  return isOfKind && path.toLowerCase() === split(id)[1].toLowerCase();
}

function split(id: string): readonly [string, string] {
  const at = id.indexOf(':');
  return [id.slice(0, at), id.slice(at + 1)];
}

function recordedLayouts({ layout, layouts = {}, sinks }: Read, state: RotationState): Layouts {
  const recordedAt = (id: string, like: Layout): Layout | undefined => {
    const known = state.sinks.get(id)?.place?.layout;
    return known?.kind === like.kind ? known : undefined;
  };
  const common = sinks.filter(({ id }) => !Object.hasOwn(layouts, id));
  const usual = common.map(({ id }) => recordedAt(id, layout)).find((one) => one !== undefined);
  const own = Object.entries(layouts).map(([id, one]) => [id, recordedAt(id, one) ?? one] as const);
  return { layout: usual ?? layout, layouts: Object.fromEntries(own) };
}

function recorded(sink: SecretSink, record: SinkRecord | undefined, layout: Layout): SecretSink {
  if (record === undefined) return { ...sink, id: standsInFor(sink) ?? sink.id };
  const { id, place } = record;
  const [written, asked] = [place?.layout ?? layout, layout].map((one) => JSON.stringify(one));
  const ignoresCase = written !== asked && written?.toLowerCase() === asked?.toLowerCase();
  return {
    ...sink,
    id,
    ...(place?.server !== undefined && { server: place.server }),
    limits: { ...sink.limits, ...(ignoresCase && { ignoresCase }) },
  };
}
