import {
  type Clock,
  KeyturnError,
  reveal,
  type SecretSink,
  type SinkEntry,
  type SinkLimits,
  type SinkSupports,
  type TokenHint,
} from '../../index.ts';
import { checkEntry, checkName } from './limits.ts';
import { compare, newStamps, stampsOf } from './look.ts';
import { type FaultHook, Wire } from './wire.ts';

export interface MemorySinkOptions {
  /** The canonical target. @default 'memory:one' */
  readonly id?: string;
  /** By default the one that the id begins with. */
  readonly kind?: string;
  /** By default it shows values, writes one entry after the other and can remove. */
  readonly supports?: Partial<SinkSupports>;
  /** By default names are as for environment variables, and any value fits. */
  readonly limits?: SinkLimits;
  readonly clock: Clock;
  readonly platform?: PlatformTimes;
  readonly faults?: FaultHook;
}

/** How a platform tells the time, in milliseconds. By default its clocks differ, and both show whole seconds. */
export interface PlatformTimes {
  /** What stamps and the platform's clock are cut to. @default 1000 */
  readonly resolution?: number;
  /** How far the clock that stamps writes is ahead. @default 7321 */
  readonly stamps?: number;
  /** How far the clock that the platform shows is ahead; `none` if it shows none. @default -2143 */
  readonly shown?: number | 'none';
  /** Reads show what was stored so long ago. @default 0 */
  readonly lag?: number;
}

/** What is kept under one name. */
export interface MemoryEntry {
  readonly value: string;
  /** By the platform's clock, cut to its resolution. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What a platform keeps beside a value: visibility, masking. A delivery leaves it alone. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a job that read every name at once would have seen, from `at` on. */
export interface Reading {
  readonly at: number;
  readonly values: Readonly<Record<string, string>>;
}

/** A sink whose platform is a map. */
export interface MemorySink extends SecretSink {
  /** What is stored now. */
  readonly values: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, MemoryEntry>;
  /** Everything that readers could have seen, the first reading being an empty one. */
  readonly history: readonly Reading[];
  /** Writes as somebody else: by hand, or by another tool. */
  write(name: string, value: string, settings?: Readonly<Record<string, unknown>>): void;
  landLate(): number;
}

/**
 * A sink in memory. Two writes within its platform's resolution have one stamp. If deliveries are not atomic, each entry is a
 * request of its own to the fault hook.
 */
export function memorySink(options: MemorySinkOptions): MemorySink {
  const { id = 'memory:one', clock } = options;
  const kind = options.kind ?? id.slice(0, id.indexOf(':'));
  const limits = options.limits ?? { name: /^[A-Za-z_]\w*$/ };
  const supports = { readBack: 'value', atomic: false, remove: true, ...options.supports } as const;
  const { resolution = 1000, stamps = 7321, shown = -2143, lag = 0 } = options.platform ?? {};
  const wire = new Wire(id, clock, options.faults);
  const entries = new Map<string, MemoryEntry>();
  const versions: { readonly at: number; readonly entries: ReadonlyMap<string, MemoryEntry> }[] =
    [];
  const history: Reading[] = [{ at: clock.now(), values: {} }];

  const cut = (time: number): number => Math.floor(time / resolution) * resolution;
  const shownClock = (): { clock?: string } =>
    shown === 'none' ? {} : { clock: iso(cut(clock.now() + shown)) };
  /** What a read shows now. */
  const visible = (): ReadonlyMap<string, MemoryEntry> =>
    lag === 0
      ? entries
      : (versions.findLast(({ at }) => at <= clock.now() - lag)?.entries ?? new Map());
  const changed = (at: number): void => {
    const values = Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
    history.push({ at, values });
    if (lag > 0) versions.push({ at, entries: new Map(entries) });
  };
  const put = (group: readonly SinkEntry[], at: number): void => {
    const updatedAt = cut(at + stamps);
    for (const { name, value } of group) {
      const { createdAt = updatedAt, settings = {} } = entries.get(name) ?? {};
      entries.set(name, { value: reveal(value), createdAt, updatedAt, settings });
    }
    changed(at);
  };

  return {
    specVersion: 1,
    kind,
    id,
    supports,
    limits,
    get values() {
      wire.landDue();
      return new Map([...entries].map(([name, { value }]) => [name, value]));
    },
    get entries() {
      wire.landDue();
      return entries;
    },
    get history() {
      wire.landDue();
      return history;
    },
    write(name, value, settings) {
      wire.landDue();
      put([{ name, value }], clock.now());
      const entry = entries.get(name);
      if (entry !== undefined && settings !== undefined) entries.set(name, { ...entry, settings });
    },
    landLate: () => wire.landLate(),
    async check(names, { signal }) {
      for (const name of names) checkName(id, limits, name);
      return wire.read('check', names.join(', '), signal, () => ({
        present: names.flatMap((name) => {
          const entry = visible().get(name);
          return entry === undefined ? [] : [{ name, updatedAt: iso(entry.updatedAt) }];
        }),
        ...shownClock(),
        warnings: [],
      }));
    },
    async deliver(delivered, { signal, beforeWrite }) {
      for (const entry of delivered) checkEntry(id, limits, entry);
      const before = stampsOf(supports.readBack, visible(), delivered);
      let hasWritten = false;
      for (const group of supports.atomic ? [delivered] : delivered.map((entry) => [entry])) {
        const about = group.map(({ name }) => name).join(', ');
        try {
          await beforeWrite?.();
          await wire.write('deliver', about, signal, (now) => put(group, now));
          hasWritten = true;
        } catch (error) {
          throw hasWritten ? withEffect(error) : error;
        }
      }
      return {
        at: iso(clock.now()),
        ...shownClock(),
        stamps: newStamps(before, stampsOf(supports.readBack, visible(), delivered)),
      };
    },
    confirm: (expected, proof, { signal }) =>
      wire.read('confirm', expected.map(({ name }) => name).join(', '), signal, () =>
        compare(supports.readBack, visible(), expected, proof, resolution),
      ),
    ...((supports.readBack === 'value' || supports.readBack === 'tail') && {
      holds: (names, { signal }) =>
        wire.read('holds', names.join(', '), signal, () =>
          hint(
            supports.readBack === 'value',
            names.map((name) => visible().get(name)?.value),
          ),
        ),
    }),
    credentials: ({ signal }) =>
      wire.read('credentials', id, signal, () => ({ source: 'memory', warnings: [] })),
    ...(supports.remove && {
      remove: async (names, { signal, beforeWrite }) => {
        await beforeWrite?.();
        await wire.write('remove', names.join(', '), signal, (at) => {
          for (const name of names) entries.delete(name);
          changed(at);
        });
      },
    }),
  };
}

/** The id stands in the first of several values, or before the colon of a joined one. */
function hint(readable: boolean, values: readonly (string | undefined)[]): TokenHint | undefined {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const joined = /^([^:\n]+):/.exec(first)?.[1];
  const id = values.length > 1 ? first : joined;
  return { ...(readable && id !== undefined && { id }), tail: last.slice(-4) };
}

/** What came before this entry has been written. */
function withEffect(error: unknown): unknown {
  if (!KeyturnError.is(error) || error.effect === 'unknown') return error;
  const { code, message, hint: advice } = error;
  return new KeyturnError(code, message, { effect: 'unknown', ...(advice && { hint: advice }) });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
