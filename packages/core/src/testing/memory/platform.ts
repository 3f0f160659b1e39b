import { type Clock, reveal, type SinkEntry } from '../../index.ts';

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

interface Version {
  readonly at: number;
  readonly entries: ReadonlyMap<string, MemoryEntry>;
}

/** What the platform behind a memory sink keeps, and what it shows of it. */
export class Platform {
  readonly resolution: number;
  readonly entries = new Map<string, MemoryEntry>();
  readonly history: Reading[];
  readonly #clock: Clock;
  readonly #stamps: number;
  readonly #shown: number | 'none';
  readonly #lag: number;
  readonly #versions: Version[] = [];

  constructor(clock: Clock, times: PlatformTimes = {}) {
    const { resolution = 1000, stamps = 7321, shown = -2143, lag = 0 } = times;
    this.#clock = clock;
    this.resolution = resolution;
    this.#stamps = stamps;
    this.#shown = shown;
    this.#lag = lag;
    this.history = [{ at: clock.now(), values: {} }];
  }

  /** What the platform's clock shows now, if it shows one. */
  shownClock(): { readonly clock?: string } {
    if (this.#shown === 'none') return {};
    return { clock: iso(cut(this.#clock.now() + this.#shown, this.resolution)) };
  }

  /** What a read shows now. */
  visible(): ReadonlyMap<string, MemoryEntry> {
    if (this.#lag === 0) return this.entries;
    const seen = this.#clock.now() - this.#lag;
    return this.#versions.findLast(({ at }) => at <= seen)?.entries ?? new Map();
  }

  put(group: readonly SinkEntry[], at: number, changes?: MemoryEntry['settings']): void {
    const updatedAt = cut(at + this.#stamps, this.resolution);
    for (const { name, value } of group) {
      const { createdAt = updatedAt, settings = {} } = this.entries.get(name) ?? {};
      const entry = { value: reveal(value), createdAt, updatedAt, settings: changes ?? settings };
      this.entries.set(name, entry);
    }
    this.#changed(at);
  }

  remove(names: readonly string[], at: number): void {
    for (const name of names) this.entries.delete(name);
    this.#changed(at);
  }

  #changed(at: number): void {
    const values = Object.fromEntries([...this.entries].map(([name, { value }]) => [name, value]));
    this.history.push({ at, values });
    if (this.#lag > 0) this.#versions.push({ at, entries: new Map(this.entries) });
  }
}

/** A moment as a clock of that resolution shows it. */
export function cut(time: number, resolution: number): number {
  return Math.floor(time / resolution) * resolution;
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
