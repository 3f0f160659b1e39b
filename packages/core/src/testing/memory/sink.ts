import {
  type Clock,
  type SecretSink,
  type SinkLimits,
  type SinkSupports,
  type Stamps,
  type TokenHint,
  withEffect,
} from '../../index.ts';
import { checkEntry, checkName } from './limits.ts';
import { compare, newStamps, stampsOf } from './look.ts';
import { near } from './near.ts';
import { iso, type MemoryEntry, Platform, type PlatformTimes, type Reading } from './platform.ts';
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
  /** What the platform calls the thing, for good; `none` if it has no such name. By default one that follows from the id. */
  readonly place?: string;
  /** Where the platform is. */
  readonly server?: string;
  /** The answer to a write does not show its stamp: a read afterwards does. */
  readonly stampsLater?: boolean;
  readonly faults?: FaultHook;
}

/** A sink whose platform is a map. */
export interface MemorySink extends SecretSink {
  /** What is stored now. */
  readonly values: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, MemoryEntry>;
  /** Everything that readers could have seen, the first reading being an empty one. */
  readonly history: readonly Reading[];
  /** The platform's own id of the thing behind the name: set another, and that is another thing. Undefined if it has none. */
  place: string | undefined;
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
  const wire = new Wire(id, clock, options.faults);
  const platform = new Platform(clock, options.platform);
  const { entries, history } = platform;
  const visible = (): ReadonlyMap<string, MemoryEntry> => platform.visible();
  let place = options.place === 'none' ? undefined : (options.place ?? `thing:${id}`);
  const readable = supports.readBack === 'value' || supports.readBack === 'tail';

  return {
    specVersion: 1,
    kind,
    id,
    ...(options.server !== undefined && { server: options.server }),
    supports,
    limits,
    get place() {
      return place;
    },
    set place(other) {
      place = other;
    },
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
      platform.put([{ name, value }], clock.now(), settings);
    },
    landLate: () => wire.landLate(),
    async check(names, { signal, known = false }) {
      for (const name of names) checkName(id, limits, name);
      return wire.read('check', names.join(', '), signal, () => ({
        ...(!known && { present: presentOf(visible(), names) }),
        ...(place !== undefined && { place }),
        ...platform.shownClock(),
        warnings: [],
      }));
    },
    async deliver(delivered, { signal, beforeWrite, later }) {
      // The answer to a write shows its own value, however old what a read shows is.
      const shown = supports.readBack === 'value' ? () => entries : visible;
      for (const entry of delivered) checkEntry(id, limits, entry);
      const before = stampsOf(supports.readBack, visible(), delivered);
      let hasWritten = false;
      for (const group of supports.atomic ? [delivered] : delivered.map((entry) => [entry])) {
        const about = group.map(({ name }) => name).join(', ');
        try {
          // A turn of its own would be one in which nothing is under way yet.
          if (beforeWrite !== undefined) await beforeWrite();
          await wire.write('deliver', about, signal, (now) => platform.put(group, now));
          hasWritten = true;
        } catch (error) {
          throw hasWritten ? withEffect(error, 'unknown') : error;
        }
      }
      const receipt = { at: iso(clock.now()), ...platform.shownClock() };
      const stamps = (): Stamps =>
        newStamps(before, stampsOf(supports.readBack, shown(), delivered));
      if (options.stampsLater !== true) return { ...receipt, stamps: stamps() };
      const about = delivered.map(({ name }) => name).join(', ');
      const read = wire.read('stamps', about, signal, stamps).catch(() => ({}));
      if (later === undefined) return { ...receipt, stamps: await read };
      later(read);
      return receipt;
    },
    confirm: (expected, proof, { signal }) =>
      wire.read('confirm', expected.map(({ name }) => name).join(', '), signal, () =>
        compare(supports.readBack, visible(), expected, proof, platform.resolution),
      ),
    ...(readable && {
      holds: (names, { signal }) =>
        wire.read('holds', names.join(', '), signal, () =>
          hint(
            supports.readBack === 'value',
            names.map((name) => visible().get(name)?.value),
          ),
        ),
    }),
    neighbours: (query, { signal }) =>
      wire.read('neighbours', query.names.join(', '), signal, () =>
        near(supports.readBack, visible(), query),
      ),
    credentials: ({ signal }) =>
      wire.read('credentials', id, signal, () => ({ source: 'memory', warnings: [] })),
    ...(supports.remove && {
      remove: async (names, { signal, beforeWrite }) => {
        if (beforeWrite !== undefined) await beforeWrite();
        await wire.write('remove', names.join(', '), signal, (at) => platform.remove(names, at));
      },
    }),
  };
}

function presentOf(
  entries: ReadonlyMap<string, MemoryEntry>,
  names: readonly string[],
): { readonly name: string; readonly updatedAt: string }[] {
  return names.flatMap((name) => {
    const entry = entries.get(name);
    return entry === undefined ? [] : [{ name, updatedAt: iso(entry.updatedAt) }];
  });
}

/** The id stands in the first of several values, or before the colon of a joined one. */
function hint(readable: boolean, values: readonly (string | undefined)[]): TokenHint | undefined {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const joined = /^([^:\n]+):/.exec(first)?.[1];
  const id = values.length > 1 ? first : joined;
  return { ...(readable && id !== undefined && { id }), tail: last.slice(-4) };
}
