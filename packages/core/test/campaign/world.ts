import { AsyncLocalStorage } from 'node:async_hooks';

import {
  type Clock,
  KeyturnError,
  type Layout,
  type Permissions,
  type SecretSink,
} from '../../src/index.ts';
import { virtualClock, type VirtualClock } from '../../src/testing/memory/clock.ts';
import { memoryIssuer, type MemoryIssuer } from '../../src/testing/memory/issuer.ts';
import { memorySink, type MemorySink } from '../../src/testing/memory/sink.ts';
import { memoryStore, type MemoryStore } from '../../src/testing/memory/store.ts';
import type { FaultHook } from '../../src/testing/memory/wire.ts';
import { DAY, type Script } from './script.ts';

/** The providers, and the machine that keyturn runs on. */
export interface World {
  readonly issuer: MemoryIssuer;
  readonly sinks: readonly MemorySink[];
  readonly store: MemoryStore;
  /** As the configuration says now. */
  layout: Layout;
  readonly layouts: Readonly<Record<'first' | 'other', Layout>>;
  /** What the configuration says that a new token may do. */
  permissions: 'copy' | Permissions;
  /** How long a lost request may still land. */
  readonly settle: number;
  /** The time of the providers. */
  readonly time: VirtualClock;
  /** The time that the machine believes it to be. */
  readonly clock: Clock;
  setClock(by: number): void;
  repairClock(): void;
  /** Numbers of the sinks in the configuration. */
  configured: readonly number[];
  /** The token that was made by hand and is in the first sinks. */
  readonly old: string;
  readonly stranger: string;
  /** Decides about the requests of what runs within it. */
  readonly faults: AsyncLocalStorage<FaultHook>;
  /** Rules that were broken, in words. */
  readonly broken: Set<string>;
}

/** The first sinks hold a token made by hand; another token is nobody's business. `look` is called at every request. */
export function makeWorld(script: Script, look: (world: World) => void): World {
  const time = virtualClock();
  const faults = new AsyncLocalStorage<FaultHook>();
  let offset = 0;
  const hook: FaultHook = (call) => {
    look(world);
    return faults.getStore()?.(call) ?? 'ok';
  };
  const issuer = memoryIssuer({ clock: time, faults: hook });
  const stranger = issuer.seed({ label: 'stranger' });
  const old = issuer.seed({
    label: 'by-hand',
    permissions: ['shop/read_branch'],
    issuedAt: new Date(time.now() - 100 * DAY).toISOString(),
  });
  const layouts = { first: layoutOf(script.layout, ''), other: layoutOf(script.layout, 'OTHER_') };
  const layout = layouts.first;
  const sinks = script.sinks.map(
    ({ hasCi = false, platform, readBack, atomic, stampsLater = false }, number) => {
      const id = `memory:${number}`;
      const sink = memorySink({
        id,
        clock: time,
        faults: hook,
        supports: { readBack, atomic },
        // What shows values needs no read to know what it will show.
        stampsLater: stampsLater && readBack === 'stamp',
        ...(platform !== undefined && { platform }),
      });
      return Object.assign(sink, hasCi && { trial: ciOf(sink, () => world, hook) });
    },
  );
  const first = [...sinks.keys()].filter((number) => script.sinks[number]?.isFirst ?? false);
  const configured = first.length > 0 ? first : [0];
  for (const sink of configured.map((number) => sinks[number]))
    for (const [name, value] of written(layout, old.id, old.secret)) sink?.write(name, value);
  const world: World = {
    issuer,
    sinks,
    store: memoryStore({ clock: time, faults: hook, trusted: false }),
    layout,
    permissions: 'copy',
    layouts,
    settle: script.settle ?? 120_000,
    time,
    clock: { now: () => time.now() + offset, sleep: (ms, signal) => time.sleep(ms, signal) },
    setClock: (by) => void (offset += by),
    repairClock: () => void (offset = 0),
    configured,
    old: old.id,
    stranger: stranger.id,
    faults,
    broken: new Set(),
  };
  return world;
}

/** Jobs that use what their sink holds, and fail where that is not the token that is tried. */
function ciOf(sink: MemorySink, worldOf: () => World, hook: FaultHook): SecretSink['trial'] {
  return async ({ token, mark }, { signal }) => {
    const interrupted = new Promise<'interrupted'>((resolve) =>
      signal.addEventListener('abort', () => resolve('interrupted'), { once: true }),
    );
    const fault = await Promise.race([
      hook({ adapter: sink.id, method: 'trial', about: mark }),
      interrupted,
    ]);
    if (fault !== 'ok') throw new KeyturnError('NETWORK_FAILED', `${sink.id}: no job was started`);
    return { ok: tokenIn(worldOf(), sink) === token };
  };
}

/** The token that a sink holds whole, and that works. */
export function tokenIn({ issuer, layout }: World, sink: MemorySink): string | undefined {
  return issuer.tokens.find(
    ({ id, secret, revokedAt }) =>
      revokedAt === undefined &&
      written(layout, id, secret).every(([name, value]) => sink.values.get(name) === value),
  )?.id;
}

function layoutOf(kind: Script['layout'], prefix: string): Layout {
  const named = { id: `${prefix}TOKEN_ID`, token: `${prefix}TOKEN` };
  if (kind === 'pair') return { kind, names: named };
  return kind === 'joined'
    ? { kind, name: `${prefix}CREDENTIAL` }
    : { kind, name: `${prefix}FILE`, names: named };
}

/** What a sink has under which name once a token is in it. */
function written(layout: Layout, id: string, secret: string): [string, string][] {
  if (layout.kind === 'joined') return [[layout.name, `${id}:${secret}`]];
  const fields: Readonly<Record<string, string>> = { id, token: secret };
  const pair = Object.entries(layout.names).map(([field, name]): [string, string] => [
    String(name),
    fields[field] ?? '',
  ]);
  if (layout.kind !== 'file') return pair;
  return [[layout.name, pair.map(([name, value]) => `${name}=${value}\n`).join('')]];
}
