import {
  type Clock,
  type Confirmation,
  type Expectation,
  KeyturnError,
  type Receipt,
  reveal,
  type SecretSink,
  type SinkEntry,
  type SinkLimits,
  type SinkSupports,
  type TokenHint,
} from '../../index.ts';
import { checkEntry, checkName } from './limits.ts';
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
  readonly faults?: FaultHook;
}

/** What is kept under one name. */
export interface MemoryEntry {
  readonly value: string;
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
 * A sink in memory. Its platform's own clock never shows the same moment twice, so that a timestamp tells two writes
 * apart. Where deliveries are not atomic, each entry is a request of its own to the fault hook.
 */
export function memorySink(options: MemorySinkOptions): MemorySink {
  const { id = 'memory:one', clock } = options;
  const kind = options.kind ?? id.slice(0, id.indexOf(':'));
  const limits = options.limits ?? { name: /^[A-Za-z_]\w*$/ };
  const supports = { readBack: 'value', atomic: false, remove: true, ...options.supports } as const;
  const wire = new Wire(id, clock, options.faults);
  const entries = new Map<string, MemoryEntry>();
  const history: Reading[] = [{ at: clock.now(), values: {} }];
  let stamp = 0;

  const tick = (at: number): number => (stamp = Math.max(at, stamp + 1));
  const changed = (at: number): void => {
    const values = Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
    history.push({ at, values });
  };
  const put = (group: readonly SinkEntry[], at: number): number => {
    const updatedAt = tick(at);
    for (const { name, value } of group) {
      const { createdAt = updatedAt, settings = {} } = entries.get(name) ?? {};
      entries.set(name, { value: reveal(value), createdAt, updatedAt, settings });
    }
    changed(at);
    return updatedAt;
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
          const entry = entries.get(name);
          return entry === undefined ? [] : [{ name, updatedAt: iso(entry.updatedAt) }];
        }),
        warnings: [],
      }));
    },
    async deliver(delivered, { signal }) {
      for (const entry of delivered) checkEntry(id, limits, entry);
      let at: number | undefined;
      for (const group of supports.atomic ? [delivered] : delivered.map((entry) => [entry])) {
        const about = group.map(({ name }) => name).join(', ');
        try {
          at = await wire.write('deliver', about, signal, (now) => put(group, now));
        } catch (error) {
          throw at === undefined ? error : withEffect(error);
        }
      }
      return { at: iso(at ?? clock.now()) };
    },
    confirm: (expected, receipt, { signal }) =>
      wire.read('confirm', expected.map(({ name }) => name).join(', '), signal, () =>
        compare(supports.readBack, entries, expected, receipt),
      ),
    ...((supports.readBack === 'value' || supports.readBack === 'tail') && {
      holds: (names, { signal }) =>
        wire.read('holds', names.join(', '), signal, () =>
          hint(
            supports.readBack === 'value',
            names.map((name) => entries.get(name)?.value),
          ),
        ),
    }),
    credentials: ({ signal }) =>
      wire.read('credentials', id, signal, () => ({ source: 'memory', warnings: [] })),
    ...(supports.remove && {
      remove: (names, { signal }) =>
        wire.write('remove', names.join(', '), signal, (at) => {
          for (const name of names) entries.delete(name);
          changed(at);
        }),
    }),
  };
}

function compare(
  readBack: SinkSupports['readBack'],
  entries: ReadonlyMap<string, MemoryEntry>,
  expected: readonly Expectation[],
  receipt: Receipt | undefined,
): Confirmation {
  const verdicts = expected.map(({ name, value }): Confirmation => {
    const entry = entries.get(name);
    if (entry === undefined) return 'absent';
    if (readBack === 'timestamp' && receipt !== undefined)
      return entry.updatedAt <= Date.parse(receipt.at) ? 'same' : 'different';
    if (value === undefined || readBack === 'none' || readBack === 'timestamp') return 'unreadable';
    const shown = (text: string): string => (readBack === 'value' ? text : text.slice(-4));
    if (shown(entry.value) !== shown(reveal(value))) return 'different';
    if (readBack === 'value') return 'same';
    // Two secrets may end alike: a tail proves something only beside the time of the write.
    if (receipt === undefined) return 'unreadable';
    return entry.updatedAt <= Date.parse(receipt.at) ? 'same' : 'different';
  });
  const worst = (['absent', 'different', 'unreadable'] as const).find((verdict) =>
    verdicts.includes(verdict),
  );
  return worst ?? 'same';
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
